import type { Snapshot } from '../../database/database.ts'
import { PREFERENCE_NAMES, type Preferences } from './preferences.ts'
import type { AccountRow } from './repository.ts'

/** What an archive says about the account that it is of. */
export interface ArchivedAccount {
  id: string
  email: string
  username: string
  avatarUrl: string | null
  createdAt: number
  /** What was chosen. */
  preferences: Readonly<Record<string, unknown>>
}

/** Reads the account itself, as it is at one moment; no secret and no role, which are this server's. */
export class AccountArchive {
  async find(snapshot: Snapshot, id: string): Promise<ArchivedAccount | undefined> {
    const row = await snapshot<AccountRow & { preferences: string }>('accounts').where({ id, deleted_at: null }).first()
    return (
      row && {
        id: row.id,
        email: row.email,
        username: row.username,
        avatarUrl: row.avatar_url,
        createdAt: row.created_at,
        preferences: toNames(JSON.parse(row.preferences)),
      }
    )
  }
}

function toNames(chosen: Partial<Preferences>): Record<string, unknown> {
  const entries = PREFERENCE_NAMES.map(([key, name]) => [name, chosen[key]] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}
