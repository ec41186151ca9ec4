import type { Session } from '../session/session.ts'
import { dataOf } from '../transport/send.ts'
import type { Account, Login, Registration } from '../wire-types.ts'
import type { ApiClient } from './client.ts'

/** How this device presents itself when it signs in. */
export interface Device {
  /** Made once and kept, in printable ASCII. Without it the server tells devices apart by their User-Agent. */
  id?: string | undefined
  /** What its owner calls it. Characters that a header cannot carry become `?`. */
  name?: string | undefined
}

/** Accounts and signing in. */
export interface Auth {
  /**
   * Creates an account; it does not sign in.
   *
   * @throws VektorError `email-taken`, `username-taken`, `registration-closed`, or `invalid-request` naming the fields
   */
  register(registration: Registration): Promise<Account>
  /**
   * Signs in, with the username or e-mail address. From then on every call is authorised, and tokens renew themselves.
   *
   * @throws VektorError `invalid-credentials`
   */
  logIn(login: Login): Promise<void>
  /** Ends the session on the server and forgets its tokens. They are kept if the server cannot be told. */
  logOut(): Promise<void>
  /** Whether there are tokens that have not expired. The server may have ended their session all the same. */
  isSignedIn(): Promise<boolean>
}

export function createAuth(anonymous: ApiClient, session: Session, device: Device): Auth {
  return {
    register: (registration) => dataOf(anonymous.POST('/auth/register', { body: registration })),
    async logIn(login) {
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
      const params = { header: deviceHeaders(device) }
      await session.begin(await dataOf(anonymous.POST('/auth/login', { body: login, headers, params })))
    },
    logOut: () =>
      session.end((refreshToken) => dataOf(anonymous.POST('/auth/logout', { body: { refresh_token: refreshToken } }))),
    isSignedIn: () => session.isOpen(),
  }
}

function deviceHeaders({ id, name }: Device): { 'X-Device-Id'?: string; 'X-Device-Name'?: string } {
  return {
    ...(id !== undefined && { 'X-Device-Id': id }),
    // Header values are Latin-1: https://fetch.spec.whatwg.org/#concept-header-value
    ...(name !== undefined && { 'X-Device-Name': name.replace(/[^\x20-\x7e\xa0-\xff]/gu, '?') }),
  }
}
