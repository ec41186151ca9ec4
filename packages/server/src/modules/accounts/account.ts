import { AppError } from '../../app-error.ts'
import type { Secret } from '../../secret.ts'

export type AccountRole = 'administrator' | 'user'

/** Somebody who may sign in. */
export interface Account {
  id: string
  email: string
  username: string
  passwordHash: Secret
  avatarUrl: string | null
  role: AccountRole
  /** Epoch milliseconds. */
  createdAt: number
}

/** What the owner may change; what is left out stays. */
export interface ProfileChanges {
  email?: string
  username?: string
  avatarUrl?: string | null
}

/**
 * What an e-mail address or a username is unique by: NFKC (UAX #15), then without regard to case. One change of case is
 * not enough: lower case keeps the two small sigmas apart, and only the lower case of ẞ has an upper case that is SS.
 */
export function identityKey(text: string): string {
  return text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
}

/** It was deleted while one of its requests was on the way. */
export function accountGone(): AppError {
  return new AppError('unauthorized', 'This account was deleted: sign in with another one.')
}
