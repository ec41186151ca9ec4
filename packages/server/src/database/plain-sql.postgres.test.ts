import { expect, test } from 'vitest'
import { openTestDatabase } from '../../test/support/test-database.ts'
import { plainSql } from './plain-sql.ts'

test("answers have pg's own types, whatever this server makes of them elsewhere", async () => {
  await using opened = await openTestDatabase('plain-sql')
  const { rows } = await plainSql(opened.database.write).executeSql(
    `SELECT $1::int > 1 AS truth, $2::jsonb AS json, to_timestamp(0) AS time, ARRAY['a'] AS list`,
    [2, '{"a": 1}'],
  )
  expect(rows).toEqual([{ truth: true, json: { a: 1 }, time: new Date(0), list: ['a'] }])
})

test('a text of several statements that fails leaves no transaction open for the next one', async () => {
  await using opened = await openTestDatabase('plain-sql')
  const { write } = opened.database
  const sql = plainSql(write)
  const fail = () => sql.executeSql('BEGIN; SELECT 1 / 0; COMMIT')
  // More often than there are connections.
  for (let time = 0; time < 20; time += 1) await expect(fail()).rejects.toMatchObject({ code: '22012' })
  await expect(sql.executeSql('SELECT 1')).resolves.toMatchObject({ rows: [{ '?column?': 1 }] })
  // Other tests have databases of their own on this PostgreSQL.
  const { rows } = await write.raw(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
  )
  expect(rows).toEqual([])
})
