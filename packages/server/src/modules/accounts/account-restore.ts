import { findRecipientFaults } from '../../age-recipients.ts'
import type { Transaction } from '../../database/database.ts'
import { isSchedule } from '../../schedule.ts'
import { accountGone } from './account.ts'
import type { PreferenceRepository } from './preference-repository.ts'
import { PREFERENCE_NAMES, type Preferences } from './preferences.ts'
import type { AccountRepository } from './repository.ts'

export interface AccountRestoreOptions {
  accounts: AccountRepository
  preferences: PreferenceRepository
  /** Whatever depends on what has changed is planned anew. */
  onChange(transaction: Transaction, ownerId: string): Promise<void>
  /** Epoch milliseconds. */
  now(): number
}

/** What an archive says about an account, as far as it is restored. */
export interface RestorableAccount {
  avatarUrl: string | null
  preferences: Readonly<Record<string, unknown>>
}

type Chosen = Partial<Preferences>

/** Brings back how the owner of an account likes things; who they are, and what they may do, is not an archive's to say. */
export class AccountRestore {
  readonly #options: AccountRestoreOptions

  constructor(options: AccountRestoreOptions) {
    this.#options = options
  }

  /** Nobody else changes the account until the transaction ends. Throws if it is gone. */
  async lock(transaction: Transaction, ownerId: string): Promise<void> {
    if (!(await this.#options.accounts.lock(transaction, ownerId))) throw accountGone()
  }

  /**
   * Answers the names of what is another one now. To merge, what is not in the archive stays; to replace, it has its default
   * again. With `isRehearsal` nothing is written.
   */
  async apply(
    transaction: Transaction,
    ownerId: string,
    { account, mode, isRehearsal }: { account: RestorableAccount; mode: 'merge' | 'replace'; isRehearsal: boolean },
  ): Promise<string[]> {
    const { accounts, now, onChange, preferences } = this.#options
    const chosen = await preferences.lock(transaction, ownerId)
    const stored = await accounts.lock(transaction, ownerId)
    if (!chosen || !stored) throw accountGone()
    const archived = await readPreferences(account.preferences)
    const next: Chosen = mode === 'replace' ? archived : { ...chosen, ...archived }
    const avatarUrl = mode === 'replace' ? account.avatarUrl : (account.avatarUrl ?? stored.avatarUrl)
    const changed: string[] = PREFERENCE_NAMES.filter(
      ([key]) => JSON.stringify(next[key]) !== JSON.stringify(chosen[key]),
    ).map(([, name]) => name)
    if (!isRehearsal && changed.length > 0) {
      await preferences.update(transaction, ownerId, next)
      await onChange(transaction, ownerId)
    }
    if (avatarUrl === stored.avatarUrl) return changed
    if (!isRehearsal) await accounts.update(transaction, ownerId, { avatarUrl }, now())
    return [...changed, 'avatar_url']
  }
}

/** What a later version added means nothing here, and what is no preference is none. */
async function readPreferences(given: Readonly<Record<string, unknown>>): Promise<Chosen> {
  const { theme, notifications, language, default_model: model } = given
  const { backup_schedule: schedule, backup_keep: keep, backup_recipients: recipients } = given
  return {
    ...((theme === 'dark' || theme === 'light' || theme === 'system') && { theme }),
    ...(typeof notifications === 'boolean' && { notifications }),
    ...((language === 'es' || language === 'en') && { language }),
    ...((model === null || isName(model)) && { defaultModel: model }),
    ...((schedule === null || isTimetable(schedule)) && { backupSchedule: schedule }),
    ...((keep === null || isKeep(keep)) && { backupKeep: keep }),
    ...(isTexts(recipients) && (await areRecipients(recipients)) && { backupRecipients: recipients }),
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 256
}

function isTimetable(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 100 && isSchedule(value)
}

function isKeep(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1_000
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

async function areRecipients(texts: readonly string[]): Promise<boolean> {
  return texts.length <= 20 && (await findRecipientFaults(texts, '')).length === 0
}
