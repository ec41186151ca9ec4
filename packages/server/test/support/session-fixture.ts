import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../src/database/database.ts'
import { migrate } from '../../src/database/migrate.ts'
import { AccountRepository, AccountService, PasswordHasher } from '../../src/modules/accounts/index.ts'
import { SessionRepository, SessionService } from '../../src/modules/sessions/index.ts'
import { Secret } from '../../src/secret.ts'
import { PASSWORD } from './sign-up.ts'

export const SECRET = new Secret('a secret of this test, longer than 32 bytes')
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const DAY = 24 * 60 * MINUTE

export interface SessionFixtureOptions {
  refreshRotation?: 'on' | 'off'
  registration?: 'open' | 'closed'
}

export type SessionFixture = Awaited<ReturnType<typeof openSessionFixture>>

/** Accounts and sessions on a real database in a folder of its own, with a clock that the test sets. */
export async function openSessionFixture({
  refreshRotation = 'on',
  registration = 'open',
}: SessionFixtureOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'vektor-sessions-'))
  const database = openSqlite(join(folder, 'vektor.db'))
  await migrate(database)
  const clock = { now: Date.UTC(2026, 0, 1, 12, 0, 0, 123) }
  const now = () => clock.now
  const passwords = await PasswordHasher.create()
  const accounts: AccountService = new AccountService({
    database,
    accounts: new AccountRepository(database),
    passwords,
    passwordRules: { minLength: 8 },
    registration,
    endSessions: (transaction, accountId) => sessions.endWithin(transaction, accountId),
    stopAnswers: async () => {},
    now,
  })
  const openSessions = (rotation = refreshRotation) =>
    new SessionService({
      database,
      sessions: new SessionRepository(database),
      accounts,
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
      const announce = await database.transaction((transaction) => sessions.endWithin(transaction, accountId, choice))
      announce()
    },
    /** Another server on the same database, as after a restart. */
    openSessions,
    passwords,
    register,
    sessions,
    async [Symbol.asyncDispose]() {
      await sessions[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}
