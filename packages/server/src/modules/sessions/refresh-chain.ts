import type { Transaction } from '../../database/database.ts'
import type { SessionRepository } from './repository.ts'
import { isOver, REFRESH_GRACE, type Session } from './session.ts'
import type { RefreshClaims } from './tokens.ts'

export interface RefreshChainOptions {
  sessions: SessionRepository
  rotation: 'on' | 'off'
  now(): number
}

/**
 * The refresh tokens of a session form a chain: each is exchanged for its one successor, and only the head can be
 * exchanged. For a few seconds after it was, an ancestor still answers, with the head; from then on, whoever presents
 * it may have stolen it, and so may the one who holds the head.
 */
export class RefreshChain {
  readonly #options: RefreshChainOptions

  constructor(options: RefreshChainOptions) {
    this.#options = options
  }

  /**
   * The session whose head of the chain answers this token; undefined if the session is to end.
   *
   * Grace is judged by when the request arrived, but counted from when the successor was made: a request that had to
   * wait for the database, or its answer, is not late for that.
   */
  async advance(
    transaction: Transaction,
    session: Session,
    { generation, arrivedAt }: Pick<RefreshClaims, 'generation'> & { arrivedAt: number },
  ): Promise<Session | undefined> {
    if (isOver(session, arrivedAt)) return undefined
    if (generation === session.refreshGeneration) return this.#useHead(transaction, session)
    const supersededAt = await this.#options.sessions.findSupersededAt(transaction, session.id, generation)
    return supersededAt !== undefined && arrivedAt - supersededAt < REFRESH_GRACE ? session : undefined
  }

  async #useHead(transaction: Transaction, session: Session): Promise<Session> {
    const { sessions, rotation, now } = this.#options
    const at = now()
    const used: Session = { ...session, lastUsedAt: at }
    if (rotation === 'on') {
      await sessions.supersede(transaction, session, at)
      used.refreshGeneration += 1
      used.refreshedAt = at
    }
    await sessions.update(transaction, used)
    return used
  }
}
