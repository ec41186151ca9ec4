import type { CurrentUser } from '@vektor/sdk'
import { alignColumns } from './columns.ts'
import { localTime } from './local-time.ts'
import { neutraliseLine } from './neutralise.ts'

/** An account as lines: what is what. */
export function profileRows({ username, email, avatar_url, role, created_at, id }: CurrentUser): string[] {
  return alignColumns([
    ['Username', neutraliseLine(username)],
    ['E-mail', neutraliseLine(email)],
    ['Avatar', neutraliseLine(avatar_url ?? 'none')],
    ['Role', role],
    ['Since', localTime(created_at)],
    ['Id', id],
  ])
}
