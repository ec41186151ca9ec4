import type { components } from '../generated/openapi.ts'
import { withRetry } from '../transport/backoff.ts'
import type { Send } from '../transport/send.ts'
import { VektorError } from '../vektor-error.ts'
import type { CredentialStore, Credentials } from './credentials.ts'

type TokenSet = components['schemas']['TokenSet']
type Refresh = (refreshToken: string) => Promise<TokenSet>

/** A token that expires on the way is refused: refresh this long before, in milliseconds. */
const LEEWAY_MS = 30_000

/** Keeps one device signed in. */
export class Session {
  readonly #store: CredentialStore
  readonly #refresh: Refresh
  #renewal: Promise<Credentials | undefined> | undefined

  constructor(store: CredentialStore, refresh: Refresh) {
    this.#store = store
    this.#refresh = refresh
  }

  /** Sends with a token that is good now; a token that is refused all the same is renewed once. */
  authorise(send: Send): Send {
    return async (request) => {
      const credentials = await this.#current()
      if (!credentials) return send(request)
      try {
        return await send(request, credentials.access_token)
      } catch (error) {
        const renewed = isUnauthorized(error) ? await this.#renew(credentials) : undefined
        // What is sent as it comes cannot be sent again.
        if (!renewed || request.bodyUsed) throw error
        return send(request, renewed.access_token)
      }
    }
  }

  async isOpen(): Promise<boolean> {
    const credentials = await this.#store.get()
    return credentials !== undefined && credentials.refresh_expires_at > Date.now()
  }

  async begin(tokens: TokenSet): Promise<void> {
    await this.#store.set(toCredentials(tokens))
  }

  /** Ends the session with `logOut`, unless there is none. */
  async end(logOut: (refreshToken: string) => Promise<unknown>): Promise<void> {
    // A renewal that finished later would sign in again.
    await this.#renewal?.catch(() => undefined)
    const credentials = await this.#store.get()
    if (!credentials) return
    await logOut(credentials.refresh_token)
    await this.#store.clear()
  }

  /** The account is gone, and its sessions with it. */
  async forget(): Promise<void> {
    await this.#store.clear()
  }

  async #current(): Promise<Credentials | undefined> {
    const credentials = await this.#store.get()
    return credentials && isExpiring(credentials) ? this.#renew(credentials) : credentials
  }

  /** Whoever needs new tokens at the same time waits for the same ones. */
  #renew(stale: Credentials): Promise<Credentials | undefined> {
    this.#renewal ??= this.#exchange(stale).finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  async #exchange(stale: Credentials): Promise<Credentials | undefined> {
    const credentials = await this.#store.get()
    if (!credentials || isNewer(credentials, stale)) return credentials
    try {
      const renewed = toCredentials(await withRetry(() => this.#refresh(credentials.refresh_token)))
      await this.#store.set(renewed)
      return renewed
    } catch (error) {
      if (!isUnauthorized(error)) throw error
      return this.#afterRefusal(credentials, error)
    }
  }

  /** A refused refresh token was used by another process, which stored its successor, or the session has ended. */
  async #afterRefusal(refused: Credentials, error: unknown): Promise<Credentials> {
    const credentials = await this.#store.get()
    if (credentials && isNewer(credentials, refused)) return credentials
    await this.#store.clear()
    throw error
  }
}

function toCredentials(tokens: TokenSet): Credentials {
  const now = Date.now()
  return {
    access_token: tokens.access_token,
    refresh_token: tokens.refresh_token,
    expires_at: now + tokens.expires_in * 1000,
    refresh_expires_at: now + tokens.refresh_expires_in * 1000,
  }
}

function isNewer(credentials: Credentials, than: Credentials): boolean {
  return credentials.access_token !== than.access_token && !isExpiring(credentials)
}

function isExpiring(credentials: Credentials): boolean {
  return credentials.expires_at - LEEWAY_MS < Date.now()
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof VektorError && error.status === 401
}
