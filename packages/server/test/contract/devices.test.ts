/** What an account sees of its devices over HTTP, and what it does to them. */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ServerFetch, type SignedIn, signIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let number = 0

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

interface Device {
  id: string
  name: string
  last_seen: string
  current: boolean
}

interface SignedInDevice {
  device_id: string
  last_sync: string
  name: string
  created_at: string
}

/** An account of its own for a test, and how it signs in on a device. */
async function newAccount() {
  number += 1
  const username = `ana${number}`
  await server.signUp(username)
  return (id: string, name?: string) => signIn(from(id, name), username)
}

/** Requests of this device. */
function from(id: string, name?: string): ServerFetch {
  return (path, init) => {
    const headers = new Headers(init?.headers)
    headers.set('X-Device-Id', id)
    if (name !== undefined) headers.set('X-Device-Name', name)
    return server.fetch(path, { ...init, headers })
  }
}

const at = (list: 'devices' | 'sessions', id: string) => `/sync/${list}/${encodeURIComponent(id)}`

async function listDevices(who: SignedIn): Promise<Device[]> {
  return JSON.parse(await (await who.fetch('/sync/devices')).text())
}

async function listSessions(who: SignedIn): Promise<SignedInDevice[]> {
  return JSON.parse(await (await who.fetch('/sync/sessions')).text())
}

async function rename(who: SignedIn, id: string, body: unknown): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' }
  return who.fetch(at('devices', id), { method: 'PATCH', headers, body: JSON.stringify(body) })
}

async function isSignedIn(who: SignedIn): Promise<boolean> {
  const headers = { 'Content-Type': 'application/json' }
  const body = JSON.stringify({ refresh_token: who.refreshToken })
  const refreshed = await server.fetch('/auth/refresh', { method: 'POST', headers, body })
  const leaving = new AbortController()
  const stream = await server.fetch('/chat/stream', { headers: { Cookie: who.cookie }, signal: leaving.signal })
  leaving.abort()
  const statuses = [(await who.fetch('/users/me')).status, refreshed.status, stream.status]
  expect(new Set(statuses).size, `some of it works: ${statuses}`).toBe(1)
  return statuses[0] === 200
}

describe('the list of sessions', () => {
  test('holds the other devices that are signed in, the last active first', async () => {
    const signInOn = await newAccount()
    const laptop = await signInOn('disp1', 'Laptop personal')
    await signInOn('disp2', 'Teléfono')
    await signInOn('disp3', 'Tableta')
    const sessions = await listSessions(laptop)
    expect(sessions.map(({ device_id, name }) => [device_id, name])).toEqual(
      expect.arrayContaining([
        ['disp2', 'Teléfono'],
        ['disp3', 'Tableta'],
      ]),
    )
    expect(sessions.map(({ device_id }) => device_id)).not.toContain('disp1')
    const times = sessions.map(({ last_sync }) => last_sync)
    expect(times).toEqual([...times].sort().reverse())
    for (const { last_sync, created_at } of sessions) expect(created_at <= last_sync).toBe(true)
  })

  test('names a device once, however often it signed in', async () => {
    const signInOn = await newAccount()
    const laptop = await signInOn('disp1')
    for (let time = 0; time < 3; time += 1) await signInOn('disp2')
    await signInOn('disp1')
    const ids = (await listSessions(laptop)).map(({ device_id }) => device_id)
    expect(ids.filter((id) => id.startsWith('disp'))).toEqual(['disp2'])
  })
})

describe.each([
  ['signing out', 'sessions', true],
  ['removing', 'devices', false],
] as const)('%s a device', (_, list, staysRegistered) => {
  test('makes its tokens and cookie good for nothing at once, closes its streams, and leaves the others', async () => {
    const signInOn = await newAccount()
    const [laptop, phone, again] = [await signInOn('disp1'), await signInOn('disp2'), await signInOn('disp2')]
    const [mine, first, second] = await Promise.all([laptop, phone, again].map((who) => who.fetch('/chat/stream')))
    const open = mine?.text()
    const started = performance.now()
    const response = await laptop.fetch(at(list, 'disp2'), { method: 'DELETE' })
    expect([response.status, await response.text()]).toEqual([204, ''])
    await Promise.all([first?.text(), second?.text()])
    expect(performance.now() - started).toBeLessThan(5_000)
    expect([await isSignedIn(phone), await isSignedIn(again)]).toEqual([false, false])
    expect(await Promise.race([open, delay(50, 'still open')])).toBe('still open')
    expect(await isSignedIn(laptop)).toBe(true)
    expect((await listSessions(laptop)).map(({ device_id }) => device_id)).not.toContain('disp2')
    expect((await listDevices(laptop)).some(({ id }) => id === 'disp2')).toBe(staysRegistered)
    await laptop.fetch(at('devices', 'disp1'), { method: 'DELETE' })
    await open
  })

  test('twice is 404 the second time, and so is one that never was', async () => {
    const signInOn = await newAccount()
    const laptop = await signInOn('disp1')
    await signInOn('disp2')
    const remove = async (id: string) => (await laptop.fetch(at(list, id), { method: 'DELETE' })).status
    expect([await remove('disp2'), await remove('disp2'), await remove('nobody')]).toEqual([204, 404, 404])
  })

  test('that is gone names what is not there', async () => {
    const signInOn = await newAccount()
    const laptop = await signInOn('disp1')
    await signInOn('disp2')
    const remove = async () => (await laptop.fetch(at(list, 'disp2'), { method: 'DELETE' })).json()
    await laptop.fetch(at(list, 'disp2'), { method: 'DELETE' })
    expect(await remove()).toMatchObject({
      status: 404,
      type: staysRegistered ? '/problems/session-not-found' : '/problems/device-not-found',
    })
  })

  test("of another account is 404, be it the caller's own id too, and changes nothing", async () => {
    const [hers, his] = [await newAccount(), await newAccount()]
    const [ana, bob, both] = [await hers('hers'), await his('his'), await his('same')]
    const anas = await hers('same')
    const response = await ana.fetch(at(list, 'his'), { method: 'DELETE' })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ type: '/problems/device-not-found' })
    expect((await ana.fetch(at(list, 'same'), { method: 'DELETE' })).status).toBe(204)
    expect([await isSignedIn(anas), await isSignedIn(bob), await isSignedIn(both)]).toEqual([false, true, true])
  })

  test('works on the one that asks', async () => {
    const signInOn = await newAccount()
    const laptop = await signInOn('disp1')
    expect((await laptop.fetch(at(list, 'disp1'), { method: 'DELETE' })).status).toBe(204)
    expect(await isSignedIn(laptop)).toBe(false)
  })

  test('and signing in on it again works, and undoes nothing else', async () => {
    const signInOn = await newAccount()
    const [laptop, phone] = [await signInOn('disp1'), await signInOn('disp2')]
    await laptop.fetch(at(list, 'disp2'), { method: 'DELETE' })
    const back = await signInOn('disp2')
    expect([await isSignedIn(phone), await isSignedIn(back)]).toEqual([false, true])
    expect((await listDevices(back)).filter(({ id }) => id === 'disp2')).toHaveLength(1)
  })

  test('while it signs in and refreshes leaves it signed in whole or not at all', async () => {
    const signInOn = await newAccount()
    const laptop = await signInOn('disp1')
    const phone = await signInOn('disp2')
    const [removed, ...back] = await Promise.all([
      laptop.fetch(at(list, 'disp2'), { method: 'DELETE' }),
      ...Array.from({ length: 4 }, () => signInOn('disp2')),
      isSignedIn(phone).catch(() => undefined),
    ])
    expect(removed.status).toBe(204)
    expect(await isSignedIn(phone)).toBe(false)
    for (const who of back) if (who && typeof who === 'object') await isSignedIn(who)
  })
})

describe('the list of devices', () => {
  test('holds each once, says which one asks, and keeps those that signed out', async () => {
    const signInOn = await newAccount()
    const laptop = await signInOn('disp1', 'Laptop personal')
    const phone = await signInOn('disp2', 'Teléfono')
    await signInOn('disp2')
    const body = JSON.stringify({ refresh_token: phone.refreshToken })
    await server.fetch('/auth/logout', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
    const devices = (await listDevices(laptop)).filter(({ id }) => id.startsWith('disp'))
    expect(devices.map(({ id, name, current }) => [id, name, current]).sort()).toEqual([
      ['disp1', 'Laptop personal', true],
      ['disp2', 'Teléfono', false],
    ])
    for (const { last_seen } of devices) expect(Date.now() - Date.parse(last_seen)).toBeLessThan(60_000)
  })

  test("holds nothing of another account's", async () => {
    const [hers, his] = [await newAccount(), await newAccount()]
    await hers('hers')
    const bob = await his('his')
    expect((await listDevices(bob)).map(({ id }) => id)).not.toContain('hers')
    expect((await listSessions(bob)).map(({ device_id }) => device_id)).not.toContain('hers')
  })
})

describe('renaming a device', () => {
  test('gives it that name for good, whatever it calls itself later', async () => {
    const signInOn = await newAccount()
    const laptop = await signInOn('disp1')
    const phone = await signInOn('disp2', 'SM-G960F')
    const response = await rename(laptop, 'disp2', { name: ' Teléfono \u202e de Ana\n' })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ id: 'disp2', name: 'Teléfono  de Ana', current: false })
    await signInOn('disp2', 'SM-G960F')
    expect(await listDevices(phone)).toContainEqual(expect.objectContaining({ id: 'disp2', name: 'Teléfono  de Ana' }))
    expect(await listSessions(laptop)).toContainEqual(expect.objectContaining({ name: 'Teléfono  de Ana' }))
  })

  test('that is not yours is 404', async () => {
    const [hers, his] = [await newAccount(), await newAccount()]
    const [ana, bob] = [await hers('hers'), await his('his', 'Su laptop')]
    expect((await rename(ana, 'his', { name: 'Mía' })).status).toBe(404)
    expect(await listDevices(bob)).toContainEqual(expect.objectContaining({ name: 'Su laptop' }))
  })

  test.each([
    [{}],
    [{ name: '' }],
    [{ name: ' \u200b\n' }],
    [{ name: 'x'.repeat(129) }],
    [{ name: 7 }],
    [{ name: null }],
    [{ name: ['x'] }],
    [{ name: 'a\0b' }],
    [{ name: '\ud800' }],
    [{ name: 'x', id: 'disp2' }],
    [[]],
  ])('to %j is 422', async (body) => {
    const signInOn = await newAccount()
    expect((await rename(await signInOn('disp1'), 'disp1', body)).status).toBe(422)
  })
})

describe('an id', () => {
  const STRANGE = [
    'a/b',
    '../x',
    '..%2f',
    '%',
    '%2F',
    '%00',
    '?q=1',
    '#x',
    'a b',
    '...',
    ';',
    '{device_id}',
    '"<>\\^`|',
    '~',
  ]

  test.each(STRANGE)('may be %j', async (id) => {
    const signInOn = await newAccount()
    const laptop = await signInOn('disp1')
    const other = await signInOn(id)
    expect((await listSessions(laptop)).map(({ device_id }) => device_id)).toContain(id)
    expect(await (await rename(laptop, id, { name: 'Extraño' })).json()).toMatchObject({ id, name: 'Extraño' })
    expect((await laptop.fetch(at('sessions', id), { method: 'DELETE' })).status).toBe(204)
    expect(await isSignedIn(other)).toBe(false)
    expect((await laptop.fetch(at('devices', id), { method: 'DELETE' })).status).toBe(204)
    expect((await listDevices(laptop)).map((device) => device.id)).not.toContain(id)
  })

  test.each(['.', '..'])('may not be %j, which no address can name', async (id) => {
    const signInOn = await newAccount()
    await expect(signInOn(id)).rejects.toThrow('422')
  })

  test.each(['%zz', '%ff', '%00', '%ED%A0%80', 'x'.repeat(4_000), '%20', "'%20OR%201=1--", '__proto__'])(
    'that is %j and nobody has is 404',
    async (path) => {
      const signInOn = await newAccount()
      const laptop = await signInOn('disp1')
      for (const list of ['devices', 'sessions']) {
        expect((await laptop.fetch(`/sync/${list}/${path}`, { method: 'DELETE' })).status).toBe(404)
      }
      expect(await isSignedIn(laptop)).toBe(true)
    },
  )
})
