import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createEmptyDatabase, openPostgresAt } from '../support/postgres.ts'
import { runServerCommand, startServerProcess } from '../support/server-process.ts'

const VEKTOR_SECRET = 'the secret of all servers of this test'

const server = inject('postgres')?.url ?? ''
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-boot-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('of servers that boot at once on an empty database one makes the tables, and all serve', async () => {
  await using empty = await createEmptyDatabase(server)
  const env = { VEKTOR_DATABASE_URL: empty.url, VEKTOR_SECRET }
  const servers = await Promise.all([0, 1, 2].map(() => startServerProcess({ env })))
  try {
    for (const { fetch } of servers) expect((await fetch('/health/ready')).status).toBe(200)
    await using database = openPostgresAt(empty.url)
    const names: string[] = await database.read('knex_migrations').orderBy('id').pluck('name')
    expect(names).toEqual([...new Set(names)])
    expect(names[0]).toMatch(/^001-/)
  } finally {
    for (const each of servers) await each[Symbol.asyncDispose]()
  }
})

test('migrate brings the tables up to date, also twice at once', async () => {
  await using empty = await createEmptyDatabase(server)
  const env = { VEKTOR_DATA_DIR: join(folder, 'migrate'), VEKTOR_DATABASE_URL: empty.url, VEKTOR_SECRET }
  const runs = await Promise.all([runServerCommand(['migrate'], env), runServerCommand(['migrate'], env)])
  expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(2).fill({ code: 0, stderr: '' }))
  const said = runs.map(({ stdout }) => stdout).toSorted()
  expect(said).toEqual([expect.stringMatching(/^Ran 001-/), 'The tables are up to date.\n'])
})

test('what is written to one server is read from the next, and no secret is in their logs', async () => {
  await using one = await startServerProcess()
  await using other = await startServerProcess({ beside: one })
  await one.signUp('ana')
  const login = { method: 'POST', body: new URLSearchParams({ username: 'ana', password: 'Corriente-Abajo-71' }) }
  expect((await other.fetch('/auth/login', login)).status).toBe(200)
  const { password } = new URL(server)
  expect([...one.lines, ...other.lines].join('\n')).not.toMatch(new RegExp(`${password}|${VEKTOR_SECRET}|postgres://`))
})

describe('what an operator can put right is said in one sentence, without the password', () => {
  async function refusal(env: Record<string, string>) {
    const { code, stdout, stderr } = await runServerCommand(['serve'], {
      VEKTOR_DATA_DIR: join(folder, 'refused'),
      VEKTOR_PORT: '0',
      VEKTOR_SECRET,
      ...env,
    })
    expect(`${stdout}${stderr}`).not.toMatch(/canary|^\s+at /m)
    return { code, stderr }
  }

  test('no secret', async () => {
    const { code, stderr } = await refusal({ VEKTOR_DATABASE_URL: 'postgres://u:canary@h/d', VEKTOR_SECRET: '' })
    expect(code).toBe(2)
    expect(stderr).toMatch(/^VEKTOR_SECRET must be [^\n]+\n$/)
  })

  test('another secret than the other servers have', async () => {
    await using empty = await createEmptyDatabase(server)
    await using _ = await startServerProcess({ env: { VEKTOR_DATABASE_URL: empty.url, VEKTOR_SECRET } })
    const other = 'canary: a secret that is another one'
    expect(await refusal({ VEKTOR_DATABASE_URL: empty.url, VEKTOR_SECRET: other })).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^VEKTOR_SECRET is another one than that of the servers of this database: [^\n]+\n$/,
      ),
    })
  })

  const wrong = (parts: { password?: string; pathname?: string; search?: string }) =>
    Object.assign(new URL(server), parts).href
  test.each([
    ['a wrong password', wrong({ password: 'canary' }), '28P01'],
    ['a database that is not there', wrong({ pathname: '/nothing' }), '3D000'],
    ['nobody who listens', 'postgres://u:canary@127.0.0.1:1/d', 'ECONNREFUSED'],
    ['TLS that the server does not have', wrong({ search: '?sslmode=require' }), 'connection lost'],
  ])('%s', async (_, VEKTOR_DATABASE_URL, reason) => {
    expect(await refusal({ VEKTOR_DATABASE_URL })).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        new RegExp(`^The database \\w+ of PostgreSQL at 127\\.0\\.0\\.1:\\d+ cannot be used: [^\n]+${reason}[^\n]+\n$`),
      ),
    })
  })

  test('a certificate authority that is none', async () => {
    const { code, stderr } = await refusal({ VEKTOR_DATABASE_URL: server, VEKTOR_DATABASE_CA: join(folder, 'no.pem') })
    expect(code).toBe(1)
    expect(stderr).toMatch(/no\.pem holds no certificate in PEM [^\n]+\n$/)
  })
})
