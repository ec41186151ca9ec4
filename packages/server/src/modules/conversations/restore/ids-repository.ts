import type { Transaction } from '../../../database/database.ts'
import { derivedId } from './derived-id.ts'

/** What is known of an id of the archive in this database. */
export interface ResolvedId {
  /** What it is called here. */
  id: string
  /** The row that has this id, if there is one: it is the owner's. */
  row: { conversation_id?: string; title?: string | null; expires_at?: number | null } | undefined
}

const COLUMNS = { conversations: ['title', 'expires_at'], messages: ['conversation_id'] } as const

/** Says what things of an archive are called here. An id that is somebody else's is never taken: one is derived from it. */
export async function resolveIds(
  transaction: Transaction,
  table: 'conversations' | 'messages',
  { ownerId, ids }: { ownerId: string; ids: readonly string[] },
): Promise<(id: string) => ResolvedId> {
  const derived = new Map(ids.map((id) => [id, derivedId(ownerId, id)]))
  const wanted = [...derived.keys(), ...derived.values()]
  const rows: ({ id: string; owner_id: string } & ResolvedId['row'])[] = await transaction(table)
    .whereIn('id', wanted)
    .select('id', 'owner_id', ...COLUMNS[table])
  const found = new Map(rows.map((row) => [row.id, row]))
  return (id) => {
    const other = derived.get(id)
    if (other === undefined) throw new TypeError('Only ids that were asked about are resolved.')
    const [row, derivedRow] = [found.get(id), found.get(other)]
    if (derivedRow?.owner_id === ownerId) return { id: other, row: derivedRow }
    if (row && row.owner_id !== ownerId) return { id: other, row: undefined }
    return { id, row }
  }
}
