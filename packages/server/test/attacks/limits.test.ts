import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readAllEvents } from '../support/event-stream.ts'
import { PASSWORD, type SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** `"account";r=59;t=60` */
function leftIn(response: Response): number {
  return Number(/;r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1])
}

async function problemOf(response: Response): Promise<string> {
  const { type }: { type: string } = JSON.parse(await response.text())
  return type.replace('/problems/', '')
}

describe('requests', () => {
  let server: TestServer
  let ana: SignedIn
  let bob: SignedIn
  // 60 requests of an account, 30 of an address, 3 sign-ins and 2 registrations a minute.
  beforeAll(async () => {
    server = await startTestServer({ env: { VEKTOR_RATE_LIMIT: '60' } })
    ana = await server.signUp('ana')
    bob = await server.signUp('bob')
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('of an account are counted down, then refused with the seconds to wait; other accounts go on', async () => {
    const first = await ana.fetch('/users/me')
    expect(first.headers.get('ratelimit-policy')).toBe('"account";q=60;w=60')
    expect(first.headers.get('ratelimit')).toMatch(/^"account";r=\d+;t=\d+$/)
    const left = leftIn(first)
    expect(leftIn(await ana.fetch('/chat/models'))).toBe(left - 1)

    const answers = await Promise.all(Array.from({ length: 60 }, () => ana.fetch('/users/me')))
    const refused = answers.filter(({ status }) => status === 429)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(left - 1)
    for (const response of refused) {
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(leftIn(response)).toBe(0)
      expect(await problemOf(response)).toBe('too-many-requests')
    }
    expect((await bob.fetch('/users/me')).status).toBe(200)
  })

  test('of the health checks are never refused, whoever else is', async () => {
    const checks = Array.from({ length: 100 }, () => server.fetch('/health'))
    for (const response of await Promise.all(checks)) {
      expect(response.status).toBe(200)
      expect(response.headers.has('ratelimit')).toBe(false)
    }
  })

  test('without a token that is good are counted by address, however the token is varied', async () => {
    const tries = Array.from({ length: 40 }, (_, index) =>
      server.fetch('/users/me', { headers: { Authorization: `Bearer guess-${index}` } }),
    )
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(30)
    expect(statuses.filter((status) => status === 429)).toHaveLength(10)
    expect((await bob.fetch('/users/me')).status).toBe(200)
  })

  test('to sign in are counted for themselves, and X-Forwarded-For makes nobody somebody else', async () => {
    const statuses: number[] = []
    for (let index = 0; index < 8; index += 1) {
      const headers = { 'X-Forwarded-For': `198.51.100.${index}`, Forwarded: `for=198.51.100.${index}` }
      const body = new URLSearchParams({ username: `nobody-${index}`, password: 'wrong' })
      statuses.push((await server.fetch('/auth/login', { method: 'POST', headers, body })).status)
    }
    // The two who signed up took two of the three.
    expect(statuses).toEqual([401, 429, 429, 429, 429, 429, 429, 429])
  })
})

describe('wrong passwords', () => {
  let server: TestServer
  // It stands behind a proxy, so that this test can come from any address.
  beforeAll(async () => {
    server = await startTestServer({ env: { VEKTOR_TRUST_PROXY: '127.0.0.1,::1' } })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const strange = (index: number) => `2001:db8:${index.toString(16)}::1`

  function logIn(username: string, password: string, from: { address: string; device?: string }) {
    const device = from.device === undefined ? {} : { 'X-Device-Id': from.device }
    const headers = { 'X-Forwarded-For': from.address, ...device }
    return server.fetch('/auth/login', { method: 'POST', headers, body: new URLSearchParams({ username, password }) })
  }

  async function guess(username: string, from: (index: number) => { address: string; device?: string }, times: number) {
    const statuses: number[] = []
    for (let index = 0; index < times; index += 1) {
      statuses.push((await logIn(username, `guess ${index}`, from(index))).status)
    }
    return { judged: statuses.filter((status) => status === 401).length, statuses: new Set(statuses) }
  }

  test('a thousand from many addresses are throttled, yet the owner still gets in', async () => {
    await server.signUp('ana')
    expect((await logIn('ana', PASSWORD, { address: '192.0.2.1', device: 'ana-laptop' })).status).toBe(200)

    const { judged, statuses } = await guess('ana', (index) => ({ address: strange(index) }), 1_000)
    expect(statuses).toEqual(new Set([401, 429]))
    expect(judged).toBeLessThan(60)

    // A guess that is right is not told from others, as long as strangers wait.
    const lucky = await logIn('ana', PASSWORD, { address: strange(5_000) })
    expect(lucky.status).toBe(429)
    expect(Number(lucky.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await logIn('ana', PASSWORD, { address: '192.0.2.1' })).status, 'from an address of hers').toBe(200)
    expect((await logIn('ana', PASSWORD, { address: strange(5_001), device: 'ana-laptop' })).status, 'a device').toBe(
      200,
    )
    // The control: others are not even slowed down.
    expect((await logIn('somebody-else', 'wrong', { address: strange(1) })).status).toBe(401)
  })

  test('a name that nobody has is throttled like any other', async () => {
    await server.signUp('eva')
    const known = await guess('eva', (index) => ({ address: strange(index) }), 40)
    const unknown = await guess('nobody', (index) => ({ address: strange(index) }), 40)
    expect(unknown.statuses).toEqual(known.statuses)
    // Pauses end by the clock, so that one guess more or less means nothing.
    expect(Math.abs(unknown.judged - known.judged)).toBeLessThan(4)
  })

  test('neither other ways to write a name nor other addresses of one network count anew', async () => {
    const names = ['dan', 'DAN', 'Ｄan', 'dAn']
    const statuses: number[] = []
    for (let index = 0; index < 24; index += 1) {
      const from = { address: `2001:db8:77:0:${index.toString(16)}::1` }
      statuses.push((await logIn(names[index % 4] ?? '', 'wrong', from)).status)
    }
    expect(statuses.filter((status) => status === 401).length).toBeLessThan(14)
  })

  test('from an address of the owner are throttled too, and the devices of the owner do not wait for that', async () => {
    await server.signUp('gil')
    const home = { address: '192.0.2.7' }
    expect((await logIn('gil', PASSWORD, { ...home, device: 'gil-phone' })).status).toBe(200)
    const { judged } = await guess('gil', () => home, 40)
    expect(judged).toBeLessThan(14)
    expect((await logIn('gil', PASSWORD, home)).status).toBe(429)
    expect((await logIn('gil', PASSWORD, { ...home, device: 'gil-phone' })).status).toBe(200)
    // To claim to be a device that never signed in is worth nothing.
    expect((await logIn('gil', PASSWORD, { ...home, device: 'not-his' })).status).toBe(429)
  })

  test('a device that is known is throttled for its own wrong ones', async () => {
    await server.signUp('pia')
    const phone = { address: '192.0.2.8', device: 'disp1' }
    expect((await logIn('pia', PASSWORD, phone)).status).toBe(200)
    const { judged } = await guess('pia', (index) => ({ address: strange(index), device: 'disp1' }), 40)
    expect(judged).toBeLessThan(14)
  })

  test('a few are forgiven once the right one comes', async () => {
    await server.signUp('leo')
    const home = { address: '192.0.2.9' }
    for (let time = 0; time < 6; time += 1) {
      expect((await guess('leo', () => home, 8)).judged).toBe(8)
      expect((await logIn('leo', PASSWORD, home)).status).toBe(200)
    }
  })

  test('to change the password are throttled, for whoever has found an open session', async () => {
    const { fetch } = await server.signUp('kim')
    const change = (current: string) =>
      fetch('/users/change-password', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ current_password: current, new_password: 'Otra-Corriente-72' }),
      })
    const statuses: number[] = []
    for (let index = 0; index < 30; index += 1) statuses.push((await change(`guess ${index}`)).status)
    expect(statuses.filter((status) => status === 422).length).toBeLessThan(14)
    expect(statuses.at(-1)).toBe(429)
  })

  test('leave no address and no name in the database', async () => {
    await using database = server.database.open()
    const rows = [...(await database.read('familiar_places')), ...(await database.read('request_counts'))]
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toMatch(/192\.0\.2|2001:|"ana"|ana-laptop|nobody/)
  })
})

describe('open streams', () => {
  test('of an account are as many as it may have; what is too many changes nothing, and one that closes makes room', async () => {
    await using server = await startTestServer({ env: { VEKTOR_STREAM_LIMIT: '3' } })
    const ana = await server.signUp('ana')
    const bob = await server.signUp('bob')
    const open = await Promise.all(Array.from({ length: 3 }, () => ana.fetch('/chat/stream')))
    expect(open.map(({ status }) => status)).toEqual([200, 200, 200])

    const chat = () =>
      ana.fetch('/chat/stream', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ model: 'eliza', messages: [{ role: 'user', content: 'Hola' }] }),
      })
    for (const refused of [await ana.fetch('/chat/stream'), await chat()]) {
      expect(refused.status).toBe(429)
      expect(await problemOf(refused)).toBe('too-many-streams')
    }
    expect(await (await ana.fetch('/chat/history')).json()).toEqual([])
    const others = await bob.fetch('/chat/stream')
    expect(others.status).toBe(200)

    await Promise.all([...open.slice(1), others].map(({ body }) => body?.cancel()))
    await expect
      .poll(async () => {
        const response = await chat()
        return response.ok ? (await readAllEvents(response)).at(-1)?.data.type : response.status
      })
      .toBe('done')
    await open[0]?.body?.cancel()
  })
})
