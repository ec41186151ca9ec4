import { findRecipientFaults } from '../../age-recipients.ts'
import { AppError, type FieldError } from '../../app-error.ts'
import type { Database, Transaction } from '../../database/database.ts'
import { isSchedule } from '../../schedule.ts'
import { accountGone } from './account.ts'
import type { PreferenceRepository } from './preference-repository.ts'
import { DEFAULT_PREFERENCES, type Preferences } from './preferences.ts'

export interface PreferenceServiceOptions {
  database: Database
  preferences: PreferenceRepository
  /** What a default model may be. */
  models: { list(): readonly { name: string }[] }
  /** Whatever depends on what has changed is planned anew. */
  onChange(transaction: Transaction, ownerId: string): Promise<void>
}

/** How each account wants things to be. */
export class PreferenceService {
  readonly #options: PreferenceServiceOptions

  constructor(options: PreferenceServiceOptions) {
    this.#options = options
  }

  /** A default model that this server does not have any more is none. */
  async get(ownerId: string): Promise<Preferences> {
    const chosen = await this.#options.preferences.find(ownerId)
    if (!chosen) throw accountGone()
    const preferences = { ...DEFAULT_PREFERENCES, ...chosen }
    return this.#isListed(preferences.defaultModel) ? preferences : { ...preferences, defaultModel: null }
  }

  /** What is left out stays. */
  async update(ownerId: string, changes: Partial<Preferences>): Promise<void> {
    const { database, onChange, preferences } = this.#options
    if (!this.#isListed(changes.defaultModel ?? null)) throw this.#unknownModel()
    const fields = await backupFaults(changes)
    if (fields.length > 0) throw new AppError('invalid-request', 'Correct the fields listed in "errors".', { fields })
    await database.transaction(async (transaction) => {
      const chosen = await preferences.lock(transaction, ownerId)
      if (!chosen) throw accountGone()
      await preferences.update(transaction, ownerId, { ...chosen, ...changes })
      await onChange(transaction, ownerId)
    })
  }

  #isListed(model: string | null): boolean {
    return model === null || this.#options.models.list().some(({ name }) => name === model)
  }

  #unknownModel(): AppError {
    const fields = [{ pointer: '/default_model', detail: 'Name a model that this server lists, or send null.' }]
    return new AppError('unknown-model', 'Choose one of the models of this server: there is none of this name.', {
      fields,
    })
  }
}

async function backupFaults({ backupRecipients, backupSchedule }: Partial<Preferences>): Promise<FieldError[]> {
  const faults = await findRecipientFaults(backupRecipients ?? [], '/backup_recipients')
  if (backupSchedule === undefined || backupSchedule === null || isSchedule(backupSchedule)) return faults
  const detail = 'Send five fields as cron has them, at most once an hour, or @daily, @weekly, @monthly, off, or null.'
  return [{ pointer: '/backup_schedule', detail }, ...faults]
}
