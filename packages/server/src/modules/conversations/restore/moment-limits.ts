import { AppError } from '../../../app-error.ts'
import type { RestoreCounts } from './restore.ts'

/** What others wait for in the moment of a restore. */
export type Moment = Pick<RestoreCounts, 'conversationsAdded' | 'conversationsChanged' | 'messagesChanged'> & {
  bytesChanged: number
}

/**
 * The most that may become of an account in one moment where there is one writer, who is nobody else's meanwhile: each takes
 * about four seconds. See `docs/decisions/0013-restores-are-staged.md`.
 */
const LIMITS = [
  ['conversationsAdded', 500_000, 'conversations are added'],
  ['conversationsChanged', 20_000, 'conversations change'],
  ['messagesChanged', 50_000, 'messages change'],
  ['bytesChanged', 64 * 1024 ** 2, 'bytes of messages change'],
] as const satisfies [keyof Moment, number, string][]

/** @throws AppError `restore-too-large` */
export function requireShortMoment(moment: Moment): void {
  for (const [name, most, what] of LIMITS) {
    if (moment[name] <= most) continue
    const [limit, number] = [most, moment[name]].map((count) => count.toLocaleString('en'))
    const detail = `Restore this to a server with PostgreSQL: with SQLite ${limit} ${what} at most, and ${number} would.`
    throw new AppError('restore-too-large', detail)
  }
}
