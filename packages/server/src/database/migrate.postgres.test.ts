import { expect, inject, test } from 'vitest'
import { createEmptyDatabase, openPostgresAt } from '../../test/support/postgres.ts'
import { databaseLocation } from '../config/database-location.ts'
import { openPostgres } from './postgres.ts'

test.each(['idle_in_transaction_session_timeout', 'statement_timeout', 'lock_timeout'])(
  'servers that migrate at once do it one after the other, whatever %s the database has',
  async (setting) => {
    await using empty = await createEmptyDatabase(inject('postgres')?.url ?? '')
    const name = new URL(empty.url).pathname.slice(1)
    await using one = openPostgresAt(empty.url)
    await using other = openPostgresAt(empty.url)
    await one.write.raw(`ALTER DATABASE ${name} SET ${setting} = '20ms'`)
    const events: string[] = []
    const migrate = (database: typeof one) =>
      database.migrate(async (knex) => {
        events.push('begin')
        await knex.raw('SELECT pg_sleep(0.3)')
        events.push('end')
      })
    await Promise.all([migrate(one), migrate(other)])
    expect(events).toEqual(['begin', 'end', 'begin', 'end'])
  },
)

test('a migration may take longer than a statement may, and longer than PostgreSQL is waited for', async () => {
  const location = databaseLocation(inject('postgres')?.url ?? '')
  if (location?.kind !== 'postgresql') throw new TypeError('This is no address of a PostgreSQL.')
  await using database = openPostgres({ location, poolSize: 3, statementTimeoutMs: 100 })
  const sleep = 'SELECT pg_sleep(3.5)'
  await expect(database.guard(() => database.write.raw(sleep))).rejects.toMatchObject({ code: 'database-unavailable' })
  await database.migrate((knex) => knex.raw(sleep))
})
