import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'

/** A connection of pg, as far as it matters here: pg has no types of its own. */
export interface PgConnection extends EventEmitter {
  query(...question: unknown[]): unknown
  connection: { stream: Duplex }
}

/**
 * Drops a connection whose question is not answered in time, COMMIT and ROLLBACK included. PostgreSQL's own timeouts are
 * kept by PostgreSQL: they say nothing where it hangs, or where a network swallows what is sent. pg's `query_timeout` would
 * keep the connection, and the answer that may still come, for whoever asks next.
 */
export function dropWhenSilent(connection: PgConnection, patienceMs: number): void {
  let deadline: NodeJS.Timeout | undefined
  const settle = () => clearTimeout(deadline)
  const giveUp = () => connection.connection.stream.destroy(notAnswered())
  connection.query = new Proxy(connection.query, {
    apply(query, self, question) {
      settle()
      deadline = setTimeout(giveUp, patienceMs)
      return Reflect.apply(query, self, question)
    },
  })
  // `drain`: all that was asked has been answered.
  connection.on('drain', settle)
  connection.on('end', settle)
}

function notAnswered(): Error {
  return Object.assign(new Error('PostgreSQL did not answer in time.'), { code: 'ETIMEDOUT' })
}
