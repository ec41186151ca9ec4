/** How an account wants things to be. */
export interface Preferences {
  theme: 'dark' | 'light' | 'system'
  /** Whether adapters tell about what happens in the account. */
  notifications: boolean
  language: 'es' | 'en'
  /** The model to ask unless another one is named. */
  defaultModel: string | null
}

export const DEFAULT_PREFERENCES: Preferences = {
  theme: 'system',
  notifications: true,
  language: 'es',
  defaultModel: null,
}

/** The names that they have outside, on the wire and in archives. */
export const PREFERENCE_NAMES = [
  ['theme', 'theme'],
  ['notifications', 'notifications'],
  ['language', 'language'],
  ['defaultModel', 'default_model'],
] as const satisfies [keyof Preferences, string][]
