import { expect, test } from 'vitest'
import { startServerProcess } from '../support/server-process.ts'
import { startTestServer } from '../support/test-server.ts'

test('servers on one database count together, to the request', async () => {
  const env = { VEKTOR_RATE_LIMIT: '60' }
  await using one = await startTestServer({ env })
  await using other = await startTestServer({ env, beside: one })
  const ana = await one.signUp('ana')
  const headers = { Authorization: `Bearer ${ana.accessToken}` }
  const ask = (index: number) => [one, other][index % 2]?.fetch('/users/me', { headers })
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => ask(index)))
  expect(answers.filter((response) => response?.status === 200)).toHaveLength(60)
  expect(answers.filter((response) => response?.status === 429)).toHaveLength(40)
})

test('wrong passwords that are tried on several servers are counted together', async () => {
  await using one = await startTestServer()
  await using other = await startTestServer({ beside: one })
  const statuses: (number | undefined)[] = []
  for (let index = 0; index < 40; index += 1) {
    const body = new URLSearchParams({ username: 'ana', password: 'wrong' })
    statuses.push((await [one, other][index % 2]?.fetch('/auth/login', { method: 'POST', body }))?.status)
  }
  expect(statuses.filter((status) => status === 401).length).toBeLessThan(16)
})

/** What nobody holds any more is collected, and its connection closed. */
const held: Response[] = []

/** Opens so many streams of the account, each on the next server; answers those that were opened, and closes none. */
async function openStreams(servers: readonly { url: string }[], token: string, times: number): Promise<Response[]> {
  const headers = { Authorization: `Bearer ${token}` }
  const ask = (index: number) => fetch(`${servers[index % servers.length]?.url}/chat/stream`, { headers })
  const answers = await Promise.all(Array.from({ length: times }, (_, index) => ask(index)))
  held.push(...answers)
  expect(new Set(answers.map(({ status }) => status)).difference(new Set([200, 429]))).toEqual(new Set())
  return answers.filter(({ ok }) => ok)
}

test('an account has as many streams open as it may, whichever servers they are on, and one that closes makes room on any', async () => {
  const env = { VEKTOR_STREAM_LIMIT: '5' }
  await using one = await startTestServer({ env })
  await using other = await startTestServer({ env, beside: one })
  await using third = await startTestServer({ env, beside: one })
  const servers = [one, other, third]
  const [ana, bob] = [await one.signUp('ana'), await one.signUp('bob')]
  const open = await openStreams(servers, ana.accessToken, 40)
  expect(open).toHaveLength(5)
  expect(await openStreams(servers, ana.accessToken, 6)).toHaveLength(0)
  // The control: of others each has as many.
  expect(await openStreams(servers, bob.accessToken, 5)).toHaveLength(5)

  await open[0]?.body?.cancel()
  await expect.poll(() => openStreams([third], ana.accessToken, 1), { timeout: 20_000 }).toHaveLength(1)
  expect(await openStreams(servers, ana.accessToken, 6)).toHaveLength(0)
})

test('the streams of a server that was killed are not counted any more, within seconds', async () => {
  const env = { VEKTOR_STREAM_LIMIT: '3' }
  await using one = await startServerProcess({ env })
  await using other = await startServerProcess({ env, beside: one })
  const ana = await one.signUp('ana')
  expect(await openStreams([one], ana.accessToken, 3)).toHaveLength(3)
  expect(await openStreams([other], ana.accessToken, 3)).toHaveLength(0)
  one.kill('SIGKILL')
  await expect.poll(() => openStreams([other], ana.accessToken, 1), { timeout: 20_000 }).toHaveLength(1)
  expect(await openStreams([other], ana.accessToken, 3)).toHaveLength(2)
})

test('while streams cannot be counted together each server counts its own, and says so; then all are counted', async () => {
  const env = { VEKTOR_STREAM_LIMIT: '3' }
  await using one = await startTestServer({ env })
  await using other = await startTestServer({ env, beside: one })
  const ana = await one.signUp('ana')
  await using database = one.database.open()
  const locked = await database.write.transaction()
  await locked.raw('LOCK TABLE open_streams IN ACCESS EXCLUSIVE MODE')
  expect(await openStreams([one], ana.accessToken, 4)).toHaveLength(3)
  const there = await openStreams([other], ana.accessToken, 4)
  expect(there).toHaveLength(3)
  expect(one.logs.join('')).toContain('streams-counted-alone')
  await locked.rollback()

  const counted = async () => (await database.read('open_streams').first())?.by_server
  await expect
    .poll(async () => Object.values(JSON.parse((await counted()) ?? '{}')), { timeout: 20_000 })
    .toEqual([3, 3])
  await there[0]?.body?.cancel()
  await expect.poll(async () => Object.values(JSON.parse((await counted()) ?? '{}')), { timeout: 20_000 }).toContain(2)
  expect(await openStreams([other], ana.accessToken, 1)).toHaveLength(0)
})
