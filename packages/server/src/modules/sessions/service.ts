import type { Database, Transaction } from '../../database/database.ts'
import type { Authenticator, SessionWatch } from '../../http/authenticator.ts'
import { newId } from '../../id.ts'
import type { Secret } from '../../secret.ts'
import { type Account, type AccountService, identityKey, type PasswordGuard } from '../accounts/index.ts'
import { type DeviceHints, describeDevice } from './device.ts'
import type { FamiliarPlaces } from './familiar-places.ts'
import { type Activity, LastActivity, toActivity } from './last-activity.ts'
import type { Credentials, Origin } from './local-login.ts'
import { RefreshChain } from './refresh-chain.ts'
import type { SessionChoice, SessionRepository } from './repository.ts'
import {
  endOf,
  invalidCredentials,
  invalidRefreshToken,
  isOver,
  notSignedIn,
  SESSION_LIFETIME,
  type Session,
} from './session.ts'
import { SessionWatches } from './session-watches.ts'
import { type TokenClaims, Tokens } from './tokens.ts'

export interface SessionServiceOptions {
  database: Database
  sessions: SessionRepository
  places: FamiliarPlaces
  accounts: AccountService
  guard: PasswordGuard
  /** Everything that is signed is signed with keys derived from it: at least 32 bytes. */
  secret: Secret
  /** `off` serves clients that do not store the new refresh token which each refresh gives them. */
  refreshRotation: 'on' | 'off'
  /** Epoch milliseconds. */
  now(): number
}

/** What a signed-in device holds. Lifetimes are in seconds. */
export interface TokenSet {
  accessToken: string
  expiresIn: number
  refreshToken: string
  refreshExpiresIn: number
}

export interface SignedIn {
  tokens: TokenSet
  /** For the cookie that is good for following chats alone. */
  streamToken: string
  streamExpiresIn: number
}

/** Sessions that a transaction has ended. */
export interface EndedSessions {
  count: number
  /** Tells whoever watches them, once the transaction is committed. */
  announce(): void
}

/** Who is signed in, on which device, and until when. */
export class SessionService implements Authenticator, AsyncDisposable {
  readonly #options: SessionServiceOptions
  readonly #tokens: Tokens
  readonly #chain: RefreshChain
  readonly #watches: SessionWatches
  readonly #activity: LastActivity

  constructor(options: SessionServiceOptions) {
    const { sessions, refreshRotation: rotation, now } = options
    this.#options = options
    this.#tokens = new Tokens(options.secret)
    this.#chain = new RefreshChain({ sessions, rotation, now })
    const { nudges } = options.database
    this.#watches = new SessionWatches({ findOver: (ids) => sessions.findOver(ids, now()), nudges })
    this.#activity = new LastActivity((activities) => this.#saveActivities(activities))
  }

  /** The account of this e-mail address or username, if that is its password and not too many others were tried. */
  async findAccount({ login, password }: Credentials, origin: Origin): Promise<Account | undefined> {
    const { accounts, guard, places } = this.#options
    const accountId = await accounts.findIdByLogin(login)
    const attempt = { identity: identityKey(login), ...(await places.recognise(accountId, origin)) }
    return guard.check(attempt, () => accounts.verifyCredentials(login, password))
  }

  /** Signs in one more device; it never signs out another. */
  async logIn(account: Account, hints: DeviceHints, address?: string): Promise<SignedIn> {
    const { database, places, sessions, now } = this.#options
    const at = now()
    const device = describeDevice(account.id, hints)
    const session = newSession(account.id, device.id, at)
    const over = await database.transaction(async (transaction) => {
      if (!(await sessions.isUnchanged(transaction, account))) throw invalidCredentials()
      const ended = await sessions.deleteOver(transaction, at, account.id)
      await sessions.saveDevice(transaction, account.id, device, at)
      await sessions.insert(transaction, session)
      if (address !== undefined) await places.remember(transaction, account.id, { address, now: at })
      return ended
    })
    this.#announceEnded(over)
    return {
      tokens: this.#issue(session, at),
      streamToken: this.#tokens.issueStream(session),
      streamExpiresIn: secondsBetween(at, session.expiresAt),
    }
  }

  /** Exchanges a refresh token. One that was exchanged already, and not just now, ends its session. */
  async refresh(token: string): Promise<TokenSet> {
    const { database, sessions, now } = this.#options
    const arrivedAt = now()
    const claims = this.#tokens.readRefresh(token, arrivedAt)
    if (!claims) throw invalidRefreshToken()
    const { refreshed, ended } = await database.transaction(async (transaction) => {
      const session = await sessions.findAndLock(transaction, claims.sessionId)
      if (session?.accountId !== claims.accountId) return { refreshed: undefined, ended: [] }
      const { generation } = claims
      const refreshed = await this.#chain.advance(transaction, session, { generation, arrivedAt })
      if (!refreshed) return { refreshed, ended: await sessions.delete(transaction, session) }
      await sessions.touchDevice(transaction, toActivity(refreshed, now()))
      return { refreshed, ended: [] }
    })
    this.#announceEnded(ended)
    if (!refreshed) throw invalidRefreshToken()
    return this.#issue(refreshed, now())
  }

  /** Ends the session that the refresh token belongs to, be it expired or exchanged. Of others it says nothing. */
  async logOut(token: string): Promise<void> {
    const { database, sessions } = this.#options
    const claims = this.#tokens.readRefresh(token)
    if (!claims) return
    const { sessionId: id, accountId } = claims
    this.#announceEnded(await database.transaction((transaction) => sessions.delete(transaction, { id, accountId })))
  }

  /**
   * Ends all sessions of an account, or those that are chosen, together with whatever else the transaction does. It is to
   * be announced once that is committed.
   */
  async endWithin(transaction: Transaction, accountId: string, choice: SessionChoice = {}): Promise<EndedSessions> {
    const ids = await this.#options.sessions.deleteAll(transaction, accountId, choice)
    return { count: ids.length, announce: () => this.#announceEnded(ids) }
  }

  authenticateBearer(token: string) {
    return this.#authenticate(this.#tokens.readAccess(token, this.#options.now()))
  }

  authenticateStreamCookie(cookie: string) {
    return this.#authenticate(this.#tokens.readStream(cookie, this.#options.now()))
  }

  watch(sessionId: string): SessionWatch {
    return this.#watches.watch(sessionId)
  }

  /** Housekeeping, to be done every few minutes: forgets what has run out, and writes what could not be written. */
  async sweep(): Promise<void> {
    const { database, places, sessions, now } = this.#options
    const over = await database.transaction(async (transaction) => {
      await sessions.deleteOldAncestors(transaction, now())
      await places.deleteOld(transaction, now())
      return sessions.deleteOver(transaction, now())
    })
    this.#announceEnded(over)
    await this.#watches.recheck()
    await this.#activity.flush()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watches[Symbol.dispose]()
    await this.#activity.flush()
  }

  async #authenticate(claims: TokenClaims | undefined) {
    if (!claims) throw notSignedIn()
    const found = await this.#options.sessions.findWithRole(claims.sessionId)
    const at = this.#options.now()
    if (!found || found.session.accountId !== claims.accountId || isOver(found.session, at)) throw notSignedIn()
    const { session, role } = found
    this.#activity.note(session, at)
    return { accountId: session.accountId, sessionId: session.id, deviceId: session.deviceId, role }
  }

  #issue(session: Session, now: number): TokenSet {
    const { token: accessToken, expiresIn } = this.#tokens.issueAccess(session, now)
    const refreshToken = this.#tokens.deriveRefresh(session)
    return { accessToken, expiresIn, refreshToken, refreshExpiresIn: secondsBetween(now, endOf(session)) }
  }

  /** Every path on which a session ends comes through here, once that is committed. */
  #announceEnded(sessionIds: readonly string[]): void {
    this.#watches.end(sessionIds)
  }

  /** Always in one order, and sessions before their devices: servers that do this at once must not wait for each other. */
  #saveActivities(activities: readonly Activity[]): Promise<void> {
    const { database, sessions } = this.#options
    const bySession = sortBy(activities, ({ sessionId }) => sessionId)
    const byDevice = sortBy(activities, ({ accountId, deviceId }) => `${accountId} ${deviceId}`)
    return database.transaction(async (transaction) => {
      for (const activity of bySession) await sessions.touchSession(transaction, activity)
      for (const activity of byDevice) await sessions.touchDevice(transaction, activity)
    })
  }
}

function sortBy<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  return values.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
}

function newSession(accountId: string, deviceId: string, now: number): Session {
  return {
    id: newId(),
    accountId,
    deviceId,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + SESSION_LIFETIME,
    refreshGeneration: 0,
    refreshedAt: now,
  }
}

function secondsBetween(start: number, end: number): number {
  return Math.max(0, Math.floor((end - start) / 1000))
}
