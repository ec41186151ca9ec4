import { namedId } from '../../../id.ts'

/**
 * The id that something gets for an account where its own belongs to somebody else: always the same one, so that restoring
 * twice makes nothing twice; and as old as the first one, so that it sorts like it.
 */
export function derivedId(ownerId: string, id: string): string {
  return namedId([ownerId, id], Number.parseInt(id.replace('-', '').slice(0, 12), 16))
}
