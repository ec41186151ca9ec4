import type { Session } from '../session/session.ts'
import { dataOf } from '../transport/send.ts'
import type { CurrentUser, UserUpdate } from '../wire-types.ts'
import type { ApiClient } from './client.ts'

/** The account that is signed in. */
export interface Users {
  me(): Promise<CurrentUser>
  /**
   * Changes the fields you give; `avatar_url: null` removes the avatar.
   *
   * @throws VektorError `email-taken`, `username-taken`, or `invalid-request` naming the fields
   */
  update(changes: UserUpdate): Promise<void>
  /**
   * Changes the password. Every other session of the account ends at once; this one goes on.
   *
   * @throws VektorError `invalid-request` naming `/current_password` if that is another one, `/new_password` if it is too
   * short or too common
   */
  changePassword(current: string, next: string): Promise<void>
  /** Deletes the account with everything in it, for good, and forgets its tokens. */
  delete(): Promise<void>
}

export function createUsers(client: ApiClient, session: Session): Users {
  return {
    me: () => dataOf(client.GET('/users/me')),
    async update(changes) {
      await dataOf(client.PUT('/users/me', { body: changes }))
    },
    async changePassword(current, next) {
      await dataOf(client.POST('/users/change-password', { body: { current_password: current, new_password: next } }))
    },
    async delete() {
      await dataOf(client.DELETE('/users/me'))
      await session.forget()
    },
  }
}
