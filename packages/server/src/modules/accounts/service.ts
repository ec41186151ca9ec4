import { AppError, type FieldError } from '../../app-error.ts'
import type { Database, Transaction } from '../../database/database.ts'
import { newId } from '../../id.ts'
import { type Account, accountGone, type ProfileChanges } from './account.ts'
import type { Attempt, PasswordGuard } from './password-guard.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { findPasswordFault, type PasswordRules } from './password-rules.ts'
import type { AccountRepository } from './repository.ts'

/** Whoever is deleting an account has come to an end by then, in one way or the other. */
const LONG_ENOUGH_MS = 10 * 60_000

export interface AccountServiceOptions {
  database: Database
  accounts: AccountRepository
  passwords: PasswordHasher
  guard: PasswordGuard
  passwordRules: PasswordRules
  registration: 'open' | 'closed'
  /** Signs an account out, but for one session if so asked. It is to be announced once the transaction is committed. */
  endSessions(transaction: Transaction, accountId: string, choice?: { except: string }): Promise<{ announce(): void }>
  /** Stops what still runs for an account that is nobody's any more, and deletes all it ever said, step by step. */
  deleteContent(accountId: string, signal?: AbortSignal): Promise<void>
  /** Epoch milliseconds. */
  now(): number
}

export interface Registration {
  email: string
  username: string
  password: string
}

export interface PasswordChange {
  currentPassword: string
  newPassword: string
  /** The one session that stays. */
  sessionId: string
}

/** Who may sign in, and what they are called. */
export class AccountService {
  readonly #options: AccountServiceOptions

  constructor(options: AccountServiceOptions) {
    this.#options = options
  }

  /** The first account that a server ever had is its administrator. */
  async register(registration: Registration): Promise<Account> {
    const { accounts, database, passwords } = this.#options
    this.#refuse(registration)
    const passwordHash = await passwords.hash(registration.password)
    const { email, username } = registration
    return database.transaction(async (transaction) => {
      const id = newId()
      const isFirst = await accounts.appointAdministrator(transaction)
      const role = isFirst ? 'administrator' : 'user'
      const account: Account = {
        id,
        email,
        username,
        passwordHash,
        avatarUrl: null,
        role,
        createdAt: this.#options.now(),
      }
      await accounts.insert(transaction, account)
      return account
    })
  }

  async get(id: string): Promise<Account> {
    const account = await this.#options.accounts.find(id)
    if (!account) throw accountGone()
    return account
  }

  async update(id: string, changes: ProfileChanges): Promise<void> {
    const { accounts, database, now } = this.#options
    const isThere = await database.transaction((transaction) => accounts.update(transaction, id, changes, now()))
    if (!isThere) throw accountGone()
  }

  /** Every session but the one that asks ends with it: whoever knew the old password is out. */
  async changePassword(id: string, { currentPassword, newPassword, sessionId }: PasswordChange): Promise<void> {
    const { accounts, database, endSessions, guard, now, passwords } = this.#options
    const account = await this.get(id)
    const isCurrent = await guard.check(atHome(id, sessionId), async () =>
      (await passwords.verify(account.passwordHash, currentPassword)) ? account : undefined,
    )
    const faults = this.#faultsOf(newPassword, account, '/new_password')
    if (!isCurrent) throw wrongPassword(faults)
    if (faults.length > 0) throw badPassword(faults)
    const next = await passwords.hash(newPassword)
    const ended = await database.transaction(async (transaction) => {
      const isReplaced = await accounts.replacePassword(transaction, account, { next, now: now() })
      if (!isReplaced) throw wrongPassword()
      return endSessions(transaction, id, { except: sessionId })
    })
    ended.announce()
  }

  /**
   * Signs the account out for good, or fails and changes nothing; then deletes everything that belongs to it. What a
   * failure or a crash leaves of that is deleted by `sweep`.
   */
  async delete(id: string): Promise<void> {
    const { accounts, database, endSessions, now } = this.#options
    const ended = await database.transaction(async (transaction) => {
      // First of all: whoever else needs both locks the account before its sessions.
      return (await accounts.disown(transaction, id, now())) ? endSessions(transaction, id) : undefined
    })
    ended?.announce()
    try {
      await this.#deleteEverything(id)
    } catch (cause) {
      throw cause instanceof AppError ? goneAlready(cause) : cause
    }
  }

  /** Goes on with deletions that did not come to their end: to be called every now and then. */
  async sweep(signal?: AbortSignal): Promise<void> {
    const { accounts, now } = this.#options
    const failures: unknown[] = []
    for (const id of await accounts.listDisowned(now() - LONG_ENOUGH_MS)) {
      // One that cannot be deleted must not keep the others.
      await this.#deleteEverything(id, signal).catch((failure: unknown) => failures.push(failure))
    }
    if (failures.length > 0) throw failures[0]
  }

  async findIdByLogin(login: string): Promise<string | undefined> {
    return (await this.#options.accounts.findByLogin(login))?.id
  }

  /** The account of this e-mail address or username, if that is its password. Takes as long if there is none. */
  async verifyCredentials(login: string, password: string): Promise<Account | undefined> {
    const { accounts, passwords } = this.#options
    const account = await accounts.findByLogin(login)
    const matches = await (account ? passwords.verify(account.passwordHash, password) : passwords.verifyDummy(password))
    return matches ? account : undefined
  }

  async #deleteEverything(id: string, signal?: AbortSignal): Promise<void> {
    const { accounts, database, deleteContent } = this.#options
    await deleteContent(id, signal)
    await database.transaction((transaction) => accounts.delete(transaction, id))
  }

  #refuse(registration: Registration): void {
    if (this.#options.registration === 'closed') {
      throw new AppError('registration-closed', 'Ask the administrator of this server for an account.')
    }
    const faults = this.#faultsOf(registration.password, registration, '/password')
    if (faults.length > 0) throw badPassword(faults)
  }

  #faultsOf(password: string, owner: { email: string; username: string }, pointer: string): FieldError[] {
    const detail = findPasswordFault(password, owner, this.#options.passwordRules)
    return detail === undefined ? [] : [{ pointer, detail }]
  }
}

/** A session is a place of its own: whoever stole it has that one to try from. */
function atHome(accountId: string, sessionId: string): Attempt {
  return { identity: accountId, address: '', familiarDevice: sessionId, isFamiliarAddress: true }
}

function badPassword(fields: readonly FieldError[]): AppError {
  return new AppError('invalid-request', 'Choose another password.', { fields })
}

/** No 401: whoever asks is signed in, and a new access token would change nothing. */
function wrongPassword(others: readonly FieldError[] = []): AppError {
  const fields = [{ pointer: '/current_password', detail: 'Send the password that you have now.' }, ...others]
  return new AppError('invalid-request', 'Check the current password: it is another one.', { fields })
}

function goneAlready(cause: AppError): AppError {
  const detail = 'Do nothing more: the account is gone, and what is left of it is deleted as soon as that can be done.'
  return new AppError(cause.code, detail, { cause, retryAfterSeconds: cause.retryAfterSeconds ?? 5 })
}
