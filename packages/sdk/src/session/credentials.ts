/** What a signed-in device holds. All of it is secret, and all of it survives `JSON.stringify`. */
export interface Credentials {
  access_token: string
  refresh_token: string
  /** When the access token expires, in milliseconds since 1970. */
  expires_at: number
  /** When the refresh token expires if it is not used, in milliseconds since 1970. */
  refresh_expires_at: number
}

/**
 * Where credentials are kept. The SDK reads it before every request and before every refresh, so that several
 * processes or tabs can share one store.
 *
 * @example
 * ```ts
 * import type { CredentialStore } from '@vektor/sdk'
 *
 * const store: CredentialStore = {
 *   get: async () => JSON.parse(localStorage.getItem('vektor') ?? 'null') ?? undefined,
 *   set: async (credentials) => localStorage.setItem('vektor', JSON.stringify(credentials)),
 *   clear: async () => localStorage.removeItem('vektor'),
 * }
 * ```
 */
export interface CredentialStore {
  get(): Promise<Credentials | undefined>
  set(credentials: Credentials): Promise<void>
  clear(): Promise<void>
}

/** A store that forgets with the process. It is the default. */
export function memoryStore(initial?: Credentials): CredentialStore {
  let held = initial
  return {
    get: async () => held,
    set: async (credentials) => {
      held = credentials
    },
    clear: async () => {
      held = undefined
    },
  }
}
