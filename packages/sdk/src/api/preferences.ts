import { dataOf } from '../transport/send.ts'
import type { Preferences, PreferencesUpdate } from '../wire-types.ts'
import type { ApiClient } from './client.ts'

/** How the owner of the account wants things to be. */
export interface PreferencesApi {
  /** All of them; what was never set has its default. */
  get(): Promise<Preferences>
  /**
   * Changes the ones you give.
   *
   * @example
   * ```ts
   * await vektor.preferences.update({ theme: 'dark', default_model: 'eliza' })
   * ```
   *
   * @throws VektorError `unknown-model` for a `default_model` that the server does not list
   */
  update(changes: PreferencesUpdate): Promise<void>
}

export function createPreferences(client: ApiClient): PreferencesApi {
  return {
    get: () => dataOf(client.GET('/users/preferences')),
    async update(changes) {
      await dataOf(client.PUT('/users/preferences', { body: changes }))
    },
  }
}
