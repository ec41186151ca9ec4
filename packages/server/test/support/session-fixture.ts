import { createFingerprint } from '../../src/limits/fingerprint.ts'
import { openCounters } from '../../src/limits/open-counters.ts'
import { AccountRepository, AccountService, PasswordGuard, PasswordHasher } from '../../src/modules/accounts/index.ts'
import { ConversationRemoval } from '../../src/modules/conversations/index.ts'
import {
  FamiliarPlaceRepository,
  FamiliarPlaces,
  SessionRepository,
  SessionService,
} from '../../src/modules/sessions/index.ts'
import { Secret } from '../../src/secret.ts'
import { PASSWORD } from './sign-up.ts'
import { openTestDatabase } from './test-database.ts'

export const SECRET = new Secret('a secret of this test, longer than 32 bytes')
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const DAY = 24 * 60 * MINUTE

export interface SessionFixtureOptions {
  refreshRotation?: 'on' | 'off'
  registration?: 'open' | 'closed'
}

export type SessionFixture = Awaited<ReturnType<typeof openSessionFixture>>

/** Accounts and sessions on a real database of their own, with a clock that the test sets. */
export async function openSessionFixture({
  refreshRotation = 'on',
  registration = 'open',
}: SessionFixtureOptions = {}) {
  const opened = await openTestDatabase('sessions')
  const { database } = opened
  const clock = { now: Date.UTC(2026, 0, 1, 12, 0, 0, 123) }
  const now = () => clock.now
  const passwords = await PasswordHasher.create()
  const fingerprint = createFingerprint(SECRET)
  const guard = new PasswordGuard(openCounters(database, fingerprint))
  const accounts: AccountService = new AccountService({
    database,
    accounts: new AccountRepository(database),
    passwords,
    guard,
    passwordRules: { minLength: 8 },
    registration,
    endSessions: (transaction, accountId, choice) => sessions.endWithin(transaction, accountId, choice),
    deleteContent: (accountId, signal) => new ConversationRemoval(database).deleteAll(accountId, signal),
    now,
  })
  const openSessions = (rotation = refreshRotation) =>
    new SessionService({
      database,
      sessions: new SessionRepository(database),
      places: new FamiliarPlaces(new FamiliarPlaceRepository(database), { fingerprint, now }),
      accounts,
      guard,
      secret: SECRET,
      refreshRotation: rotation,
      now,
    })
  const sessions = openSessions()
  const register = (username: string) =>
    accounts.register({ email: `${username}@example.org`, username, password: PASSWORD })
  return {
    accounts,
    clock,
    database,
    async endAll(accountId: string, choice?: { except: string }): Promise<void> {
      const ended = await database.transaction((transaction) => sessions.endWithin(transaction, accountId, choice))
      ended.announce()
    },
    /** Another server on the same database, as after a restart. */
    openSessions,
    passwords,
    register,
    sessions,
    async [Symbol.asyncDispose]() {
      await sessions[Symbol.asyncDispose]()
      await opened[Symbol.asyncDispose]()
    },
  }
}
