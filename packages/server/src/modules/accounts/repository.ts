import { AppError, type ErrorCode } from '../../app-error.ts'
import type { Database, Transaction } from '../../database/database.ts'
import { Secret } from '../../secret.ts'
import { type Account, type AccountRole, identityKey, type ProfileChanges } from './account.ts'

export interface AccountRow {
  id: string
  email: string
  email_key: string
  username: string
  username_key: string
  password_hash: string
  avatar_url: string | null
  role: AccountRole
  created_at: number
  updated_at: number
  deleted_at: number | null
}

/** The columns that are unique, and what to say when they are. */
const UNIQUE = [
  ['accounts.email_key', 'email-taken', 'Use another e-mail address, or sign in to the account that has this one.'],
  ['accounts.username_key', 'username-taken', 'Choose another username: this one belongs to another account.'],
] as const satisfies [string, ErrorCode, string][]

export class AccountRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async find(id: string): Promise<Account | undefined> {
    const accounts = this.#database.read<AccountRow>('accounts')
    const row = await this.#database.guard(async () => accounts.where({ id, deleted_at: null }).first())
    return row && toAccount(row)
  }

  /** `login` is an e-mail address or a username; only the former holds an `@`. */
  async findByLogin(login: string): Promise<Account | undefined> {
    const key = identityKey(login)
    const accounts = this.#database.read<AccountRow>('accounts')
    const found = key.includes('@') ? accounts.where({ email_key: key }) : accounts.where({ username_key: key })
    const row = await this.#database.guard(async () => found.where({ deleted_at: null }).first())
    return row && toAccount(row)
  }

  /** True for one account only, ever: the fact outlives the account. */
  async appointAdministrator(transaction: Transaction): Promise<boolean> {
    const fact = { name: 'administrator-appointed', value: 'yes' }
    const inserted = await transaction('facts').insert(fact).onConflict('name').ignore().returning('name')
    return inserted.length > 0
  }

  async insert(transaction: Transaction, account: Account): Promise<void> {
    const row: AccountRow = {
      id: account.id,
      email: account.email,
      email_key: identityKey(account.email),
      username: account.username,
      username_key: identityKey(account.username),
      password_hash: account.passwordHash.reveal(),
      avatar_url: account.avatarUrl,
      role: account.role,
      created_at: account.createdAt,
      updated_at: account.createdAt,
      deleted_at: null,
    }
    await this.#unique(async () => transaction<AccountRow>('accounts').insert(row))
  }

  /** Like `find`, and nobody else changes it until the transaction ends. */
  async lock(transaction: Transaction, id: string): Promise<Account | undefined> {
    const accounts = transaction<AccountRow>('accounts').where({ id, deleted_at: null })
    const row = await this.#database.dialect.lockRows(accounts).first()
    return row && toAccount(row)
  }

  /** False if there is no such account any more. */
  async update(transaction: Transaction, id: string, changes: ProfileChanges, now: number): Promise<boolean> {
    const { email, username, avatarUrl } = changes
    const row: Partial<AccountRow> = {
      updated_at: now,
      ...(email !== undefined && { email, email_key: identityKey(email) }),
      ...(username !== undefined && { username, username_key: identityKey(username) }),
      ...(avatarUrl !== undefined && { avatar_url: avatarUrl }),
    }
    const updated = await this.#unique(async () =>
      transaction<AccountRow>('accounts').where({ id, deleted_at: null }).update(row),
    )
    return updated > 0
  }

  /** False if there is no such account any more, or its password is not the one that it was any more. */
  async replacePassword(
    transaction: Transaction,
    { id, passwordHash }: Account,
    { next, now }: { next: Secret; now: number },
  ): Promise<boolean> {
    const updated = await transaction<AccountRow>('accounts')
      .where({ id, password_hash: passwordHash.reveal() })
      .update({ password_hash: next.reveal(), updated_at: now })
    return updated > 0
  }

  /** Nobody's any more: nobody signs in to it, and its names are free. False if it is so already. */
  async disown(transaction: Transaction, id: string, now: number): Promise<boolean> {
    // A name with spaces around it belongs to nobody.
    const nobody = ` ${id} `
    const row: Partial<AccountRow> = {
      email: '',
      email_key: nobody,
      username: '',
      username_key: nobody,
      password_hash: '',
      avatar_url: null,
      deleted_at: now,
    }
    return (await transaction<AccountRow>('accounts').where({ id, deleted_at: null }).update(row)) > 0
  }

  /** The ids of those that were disowned before this moment, and are still there. */
  async listDisowned(before: number): Promise<string[]> {
    const accounts = this.#database.read<AccountRow>('accounts').whereNotNull('deleted_at')
    const rows = await this.#database.guard(async () => accounts.where('deleted_at', '<', before).select('id'))
    return rows.map(({ id }) => id)
  }

  /** Takes everything of the account with it: the tables hang on each other by foreign keys. */
  async delete(transaction: Transaction, id: string): Promise<void> {
    await transaction<AccountRow>('accounts').where({ id }).delete()
  }

  async #unique<T>(statement: () => Promise<T>): Promise<T> {
    try {
      return await statement()
    } catch (cause) {
      const taken = UNIQUE.find(([column]) => this.#database.dialect.isUniqueViolation(cause, column))
      // Without the cause: the driver's message may quote the row.
      throw taken ? new AppError(taken[1], taken[2]) : cause
    }
  }
}

function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    email: row.email,
    username: row.username,
    passwordHash: new Secret(row.password_hash),
    avatarUrl: row.avatar_url,
    role: row.role,
    createdAt: row.created_at,
  }
}
