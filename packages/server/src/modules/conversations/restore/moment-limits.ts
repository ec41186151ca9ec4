import { AppError } from '../../../app-error.ts'

/** What becomes of an account in the moment of a restore. */
export interface Moment {
  conversationsAdded: number
  conversationsChanged: number
  conversationsRemoved: number
  /** To and from conversations that stay. */
  messagesMoved: number
  messagesChanged: number
  /** Of those, as they are to be. */
  bytesChanged: number
}

/**
 * What takes about four seconds, for so long that where there is one writer nobody else can write. See
 * `docs/decisions/0013-restores-are-staged.md`.
 */
const FOUR_SECONDS: Readonly<Moment> = {
  conversationsAdded: 500_000,
  conversationsChanged: 20_000,
  conversationsRemoved: 500_000,
  messagesMoved: 100_000,
  messagesChanged: 50_000,
  bytesChanged: 64 * 1024 ** 2,
}

/** @throws AppError `restore-too-large` */
export function requireShortMoment(moment: Moment): void {
  const share = NAMES.reduce((sum, [key]) => sum + moment[key] / FOUR_SECONDS[key], 0)
  if (share <= 1) return
  const parts = NAMES.flatMap(([key, name]) =>
    moment[key] > 0 ? [`${name}: ${moment[key].toLocaleString('en')}`] : [],
  )
  throw new AppError(
    'restore-too-large',
    `Restore a smaller backup, or ask the operator of this server to move it to PostgreSQL: here everybody would wait for seconds while so much changes at once (${parts.join(', ')}).`,
  )
}

const NAMES = [
  ['conversationsAdded', 'conversations that are new'],
  ['conversationsChanged', 'conversations that change'],
  ['conversationsRemoved', 'conversations that go'],
  ['messagesMoved', 'messages that come or go'],
  ['messagesChanged', 'messages that change'],
  ['bytesChanged', 'bytes of messages that change'],
] as const satisfies [keyof Moment, string][]
