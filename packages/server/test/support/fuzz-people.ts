import { chatOf } from './sample-requests.ts'
import type { SignedIn } from './sign-up.ts'
import type { TestServer } from './test-server.ts'

/** An account is given up before lists of what it has become long. */
const REQUESTS_PER_ACCOUNT = 400

/** What would end the session that others are still asking with. */
const ENDS_SESSION = new Set(['deleteCurrentUser', 'endSession', 'deleteDevice', 'changePassword'])

/** Those who ask in a fuzz: accounts that are used up and replaced, and an administrator who stays. */
export class FuzzPeople {
  readonly roles = ['nobody', 'garbage', 'cookie', 'user', 'user', 'user', 'user', 'administrator', 'administrator']
  /** Ids and names of things that exist. */
  readonly known: readonly string[]
  readonly #server: TestServer
  readonly #administrator: SignedIn
  #user: Promise<SignedIn> | undefined
  #count = 0

  private constructor(server: TestServer, administrator: SignedIn, known: readonly string[]) {
    this.#server = server
    this.#administrator = administrator
    this.known = known
  }

  static async meet(server: TestServer): Promise<FuzzPeople> {
    const administrator = await server.signUp('root')
    const { conversationId, messageId, cursor } = await chatOf(administrator)
    const other = await chatOf(await server.signUp('other'))
    const known = [conversationId, messageId, cursor, other.conversationId, other.messageId, 'eliza', 'root', 'slack']
    return new FuzzPeople(server, administrator, known)
  }

  async credentials(role: string, operation: string): Promise<Record<string, string>> {
    if (role === 'nobody') return {}
    if (role === 'garbage') return { Authorization: `Bearer ${'x'.repeat(this.#count % 300)}.y.z` }
    if (role === 'administrator') {
      return ENDS_SESSION.has(operation) ? {} : { Authorization: `Bearer ${this.#administrator.accessToken}` }
    }
    const user = await this.#nextUser(ENDS_SESSION.has(operation))
    return role === 'cookie' ? { Cookie: user.cookie } : { Authorization: `Bearer ${user.accessToken}` }
  }

  #nextUser(isLast: boolean): Promise<SignedIn> {
    this.#count += 1
    if (this.#count % REQUESTS_PER_ACCOUNT === 0) this.#user = undefined
    this.#user ??= this.#server.signUp(`user-${this.#count}`)
    const user = this.#user
    if (isLast) this.#user = undefined
    return user
  }
}
