import { AppError } from '../../app-error.ts'
import type { Database, Transaction } from '../../database/database.ts'
import { newId } from '../../id.ts'
import type { Account, ProfileChanges } from './account.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { findPasswordFault, type PasswordRules } from './password-rules.ts'
import type { AccountRepository } from './repository.ts'

export interface AccountServiceOptions {
  database: Database
  accounts: AccountRepository
  passwords: PasswordHasher
  passwordRules: PasswordRules
  registration: 'open' | 'closed'
  /** Signs an account out. What it answers is to be called once the transaction is committed. */
  endSessions(transaction: Transaction, accountId: string): Promise<() => void>
  /** Stops what still runs for an account that is gone. */
  stopAnswers(accountId: string): Promise<void>
  /** Epoch milliseconds. */
  now(): number
}

export interface Registration {
  email: string
  username: string
  password: string
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
    if (!account) throw gone()
    return account
  }

  async update(id: string, changes: ProfileChanges): Promise<void> {
    const { accounts, database, now } = this.#options
    const isThere = await database.transaction((transaction) => accounts.update(transaction, id, changes, now()))
    if (!isThere) throw gone()
  }

  /** Deletes the account and everything that belongs to it, or nothing: who cannot be deleted stays signed in. */
  async delete(id: string): Promise<void> {
    const { accounts, database, endSessions, stopAnswers } = this.#options
    const announce = await database.transaction(async (transaction) => {
      const whenCommitted = await endSessions(transaction, id)
      await accounts.delete(transaction, id)
      return whenCommitted
    })
    announce()
    await stopAnswers(id)
  }

  /** The account of this e-mail address or username, if that is its password. Takes as long if there is none. */
  async verifyCredentials(login: string, password: string): Promise<Account | undefined> {
    const { accounts, passwords } = this.#options
    const account = await accounts.findByLogin(login)
    const matches = await (account ? passwords.verify(account.passwordHash, password) : passwords.verifyDummy(password))
    return matches ? account : undefined
  }

  #refuse(registration: Registration): void {
    const { passwordRules, registration: policy } = this.#options
    if (policy === 'closed') {
      throw new AppError('registration-closed', 'Ask the administrator of this server for an account.')
    }
    const detail = findPasswordFault(registration.password, registration, passwordRules)
    if (detail === undefined) return
    const fields = [{ pointer: '/password', detail }]
    throw new AppError('invalid-request', 'Choose another password.', { fields })
  }
}

/** It was deleted while one of its requests was on the way. */
function gone(): AppError {
  return new AppError('unauthorized', 'This account was deleted: sign in with another one.')
}
