import type { Knex } from 'knex'

/** Runs statements as PostgreSQL has them, with `$1` for values, on the connections of a pool, and gives what pg makes of the answers. */
export interface PlainSql {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/**
 * For libraries that bring their own statements: they expect pg's types, not those that this server has in common with SQLite,
 * and some open a transaction within a text, which a failure must not leave open for whoever gets the connection next.
 */
export function plainSql(pool: Knex): PlainSql {
  const { types } = pool.client.driver
  return {
    async executeSql(text, values) {
      const connection = await pool.client.acquireConnection()
      try {
        return await connection.query({ text, values, types })
      } catch (error) {
        // On a connection that is lost this fails too, and the pool drops it.
        await connection.query('ROLLBACK').catch(() => undefined)
        throw error
      } finally {
        await pool.client.releaseConnection(connection)
      }
    },
  }
}
