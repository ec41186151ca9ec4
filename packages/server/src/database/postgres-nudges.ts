import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Knex } from 'knex'
import { newId } from '../id.ts'
import type { Log } from '../log.ts'
import { unavailableReason } from './dialect.ts'
import { Listeners, type Nudges, type Topic } from './nudges.ts'
import type { PgConnection } from './silence.ts'

export interface PostgresNudgesOptions {
  /** A new connection, which is dropped when it does not answer. */
  connect(): Promise<PgConnection>
  log?: Pick<Log, 'info' | 'warn'> | undefined
}

const CHANNEL = 'vektor'
/** A payload has less than 8,000 bytes: https://www.postgresql.org/docs/current/sql-notify.html */
const KEYS_PER_PAYLOAD = 200
/** Who only listens learns of a connection that is gone, where nobody hangs up, by asking. */
const ASK_EVERY_MS = 2_000
const SHORTEST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/**
 * LISTEN and NOTIFY, with one connection of its own that listens, from the first time that somebody here wants to hear
 * something. While it is lost nothing is heard; once it is back, everybody looks.
 */
export class PostgresNudges implements Nudges {
  readonly #options: PostgresNudgesOptions
  readonly #listeners = new Listeners()
  /** Names this server in what it sends: it need not be told by itself. */
  readonly #sender = newId()
  readonly #closing = new AbortController()
  #running: Promise<void> | undefined
  #isHearing = false

  constructor(options: PostgresNudgesOptions) {
    this.#options = options
  }

  async send(transaction: Knex.Transaction, topic: Topic, keys: readonly string[]): Promise<void> {
    const payloads: string[] = []
    for (let start = 0; start < keys.length; start += KEYS_PER_PAYLOAD) {
      payloads.push([this.#sender, topic, ...keys.slice(start, start + KEYS_PER_PAYLOAD)].join(' '))
    }
    if (payloads.length === 0) return
    const calls = payloads.map(() => 'pg_notify(?, ?)').join(', ')
    await transaction.raw(
      `SELECT ${calls}`,
      payloads.flatMap((payload) => [CHANNEL, payload]),
    )
  }

  listen(topic: Topic, key: string, look: () => void): Disposable {
    this.#running ??= this.#run()
    return this.#listeners.add(topic, key, look)
  }

  wake(topic: Topic, keys: readonly string[]): void {
    this.#listeners.nudge(topic, keys)
  }

  get isHearing(): boolean {
    return this.#isHearing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const closing = this.#closing.signal
    let pause = SHORTEST_PAUSE_MS
    while (!closing.aborted) {
      const reason = await this.#listenOnce(() => {
        pause = SHORTEST_PAUSE_MS
      })
      if (closing.aborted) return
      if (pause === SHORTEST_PAUSE_MS) this.#options.log?.warn({ reason }, 'nudges-lost')
      // Servers that lost it together do not all come back at one moment.
      await delay(pause * (0.5 + Math.random()), undefined, { signal: closing, ref: false }).catch(() => undefined)
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
  }

  /** Listens until the connection is lost, and answers why it was. */
  async #listenOnce(onConnected: () => void): Promise<string> {
    let connection: PgConnection | undefined
    try {
      connection = await this.#options.connect()
      connection.on('notification', ({ payload }: { payload?: string }) => this.#hear(payload ?? ''))
      await connection.query(`LISTEN ${CHANNEL}`)
      onConnected()
      this.#isHearing = true
      this.#options.log?.info('nudges-heard')
      this.#listeners.nudgeAll()
      return await this.#untilLost(connection)
    } catch (error) {
      return unavailableReason(error)
    } finally {
      this.#isHearing = false
      await (connection && closed(connection))
    }
  }

  async #untilLost(connection: PgConnection): Promise<string> {
    const lost = new AbortController()
    connection.once('end', () => lost.abort())
    const signal = AbortSignal.any([lost.signal, this.#closing.signal])
    while (!signal.aborted) {
      await connection.query('SELECT 1')
      await delay(ASK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined)
    }
    return 'connection lost'
  }

  #hear(payload: string): void {
    const [sender, topic, ...keys] = payload.split(' ')
    if (topic === undefined) this.#listeners.nudgeAll()
    else if (sender !== this.#sender) this.#listeners.nudge(topic, keys)
  }
}

async function closed({ connection: { stream } }: PgConnection): Promise<void> {
  if (stream.closed) return
  const gone = once(stream, 'close')
  stream.destroy()
  await gone
}
