import { afterAll, beforeAll, expect, test } from 'vitest'
import { Home } from './support/home.ts'
import { RealServer } from './support/real-server.ts'
import { runVektor } from './support/run-vektor.ts'

let server: RealServer

beforeAll(async () => {
  server = await RealServer.start()
})

afterAll(() => server[Symbol.asyncDispose]())

async function register(user: Home, username: string): Promise<void> {
  const args = ['register', '--email', `${username}@example.com`, '--username', username, '--url', server.url]
  await runVektor(args, user.environment(), 'correct horse battery\n')
}

test('an administrator sees how the server does, others are told that they may not', async () => {
  await using ana = await Home.create()
  await using bob = await Home.create()
  await register(ana, 'ana')
  await register(bob, 'bob')

  const table = await runVektor(['status'], ana.environment())
  expect(table).toMatchObject({ exitCode: 0, stderr: '' })
  expect(table.stdout).toMatch(/^Stored +2 users, 0 conversations, 0 messages$/m)
  expect(table.stdout).toMatch(/^Model +eliza: not asked yet$/m)
  const { stdout } = await runVektor(['status', '--json'], ana.environment())
  expect(JSON.parse(stdout)).toMatchObject({ users: 2, database: { name: 'sqlite' } })

  const refused = await runVektor(['status', '--json'], bob.environment())
  expect(refused).toMatchObject({ exitCode: 1, stderr: '' })
  expect(JSON.parse(refused.stdout)).toMatchObject({ error: { status: 403, type: '/problems/forbidden' } })
})
