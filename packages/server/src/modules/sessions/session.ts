import { AppError } from '../../app-error.ts'

const DAY = 86_400_000

/** All in milliseconds. */
export const ACCESS_TOKEN_LIFETIME = 3_600_000
export const IDLE_LIFETIME = 30 * DAY
export const SESSION_LIFETIME = 90 * DAY
/** How long a refresh token still answers after it was exchanged: a response may be lost, or two refreshes cross. */
export const REFRESH_GRACE = 10_000
/** Last activity is written no more often than this. */
export const ACTIVITY_INTERVAL = 60_000

/** A signed-in device, from login to logout. Times are epoch milliseconds. */
export interface Session {
  id: string
  accountId: string
  deviceId: string
  createdAt: number
  lastUsedAt: number
  /** Whatever happens, it ends here. */
  expiresAt: number
  /** The head of the chain of refresh tokens: its number and its birth. */
  refreshGeneration: number
  refreshedAt: number
}

/** When the session ends if nobody uses it any more. */
export function endOf(session: Session): number {
  return Math.min(session.lastUsedAt + IDLE_LIFETIME, session.expiresAt)
}

export function isOver(session: Session, now: number): boolean {
  return now >= endOf(session)
}

/** The same for an unknown user and for a wrong password. */
export function invalidCredentials(): AppError {
  return new AppError('invalid-credentials', 'Check the username or e-mail address and the password, and try again.')
}

export function invalidRefreshToken(): AppError {
  return new AppError('invalid-refresh-token', 'Sign in again: this refresh token is not valid any more.')
}

export function notSignedIn(): AppError {
  return new AppError('unauthorized', 'Refresh the access token or sign in again: this one is not valid any more.')
}
