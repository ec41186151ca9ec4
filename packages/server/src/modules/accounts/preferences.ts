/** How an account wants things to be. */
export interface Preferences {
  theme: 'dark' | 'light' | 'system'
  /** Whether adapters tell about what happens in the account. */
  notifications: boolean
  language: 'es' | 'en'
  /** The model to ask unless another one is named. */
  defaultModel: string | null
  /** When backups are made by themselves: see `schedule.ts`. Null leaves it to the operator. */
  backupSchedule: string | null
  /** How many complete backups are kept. Null leaves it to the operator. */
  backupKeep: number | null
  /** Public keys of age that backups are encrypted to. */
  backupRecipients: readonly string[]
}

export const DEFAULT_PREFERENCES: Preferences = {
  theme: 'system',
  notifications: true,
  language: 'es',
  defaultModel: null,
  backupSchedule: null,
  backupKeep: null,
  backupRecipients: [],
}

/** The names that they have outside, on the wire and in archives. */
export const PREFERENCE_NAMES = [
  ['theme', 'theme'],
  ['notifications', 'notifications'],
  ['language', 'language'],
  ['defaultModel', 'default_model'],
  ['backupSchedule', 'backup_schedule'],
  ['backupKeep', 'backup_keep'],
  ['backupRecipients', 'backup_recipients'],
] as const satisfies [keyof Preferences, string][]
