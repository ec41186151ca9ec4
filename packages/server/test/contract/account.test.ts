/** The account's own affairs over HTTP: its password, its preferences, its profile, its end. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeBackup } from '../support/backups.ts'
import { readEvents } from '../support/event-stream.ts'
import { FakeUpstream, type LiveAnswer } from '../support/fake-upstream.ts'
import { PASSWORD, type SignedIn, signIn } from '../support/sign-up.ts'
import { tablesMentioning } from '../support/stored-rows.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const NEXT = 'Río-Arriba-17'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

type Json = Record<string, unknown>

function send(who: SignedIn, method: string, path: string, body: unknown): Promise<Response> {
  return who.fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
}

async function answer(response: Response): Promise<{ status: number; body: Json }> {
  const body: Json = JSON.parse(await response.text())
  return { status: response.status, body }
}

async function changePassword(who: SignedIn, current: unknown, next: unknown) {
  return answer(await send(who, 'POST', '/users/change-password', { current_password: current, new_password: next }))
}

async function logIn(username: string, password: string): Promise<number> {
  const body = new URLSearchParams({ username, password })
  return (await server.fetch('/auth/login', { method: 'POST', body })).status
}

async function refresh({ refreshToken }: SignedIn, at = server): Promise<number> {
  const headers = { 'Content-Type': 'application/json' }
  const body = JSON.stringify({ refresh_token: refreshToken })
  return (await at.fetch('/auth/refresh', { method: 'POST', headers, body })).status
}

/** Everything that a device holds, tried out: access token, refresh token, cookie of the stream. */
async function isSignedIn(who: SignedIn): Promise<boolean> {
  const leaving = new AbortController()
  const headers = { Cookie: who.cookie }
  const stream = await server.fetch('/chat/stream', { headers, signal: leaving.signal })
  leaving.abort()
  const statuses = [(await who.fetch('/users/me')).status, stream.status, await refresh(who)]
  expect(new Set(statuses).size, `some of it works: ${statuses}`).toBe(1)
  return statuses[0] === 200
}

/** Follows everything the account generates: such a stream stays open by itself. */
async function follow(who: SignedIn): Promise<{ closed: Promise<string> }> {
  const response = await who.fetch('/chat/stream')
  expect(response.status).toBe(200)
  return { closed: response.text() }
}

describe('changing the password', () => {
  test('makes the new one good and the old one not', async () => {
    const ana = await server.signUp('ana')
    expect(await changePassword(ana, PASSWORD, NEXT)).toEqual({ status: 200, body: { detail: 'Contraseña cambiada' } })
    expect(await logIn('ana', PASSWORD)).toBe(401)
    expect(await logIn('ana', NEXT)).toBe(200)
  })

  test('ends every other session at once, with its open streams, and leaves the one that asks', async () => {
    const [here, there] = [await server.signUp('bob'), await server.signIn('bob')]
    const [mine, other] = [await follow(here), await follow(there)]
    const started = performance.now()
    await changePassword(here, PASSWORD, NEXT)
    expect(await isSignedIn(there)).toBe(false)
    await other.closed
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(await Promise.race([mine.closed, delay(50, 'still open')])).toBe('still open')
    expect(await isSignedIn(here)).toBe(true)
    await here.fetch('/users/me', { method: 'DELETE' })
    await mine.closed
  })

  test('with a wrong current one is 422 and names the field, and changes nothing', async () => {
    const eva = await server.signUp('eva')
    const other = await server.signIn('eva')
    for (const wrong of [PASSWORD.toLowerCase(), `${PASSWORD} `, 'x']) {
      expect(await changePassword(eva, wrong, NEXT)).toMatchObject({
        status: 422,
        body: { type: '/problems/invalid-request', errors: [{ pointer: '/current_password' }] },
      })
    }
    expect(await logIn('eva', PASSWORD)).toBe(200)
    expect(await isSignedIn(other)).toBe(true)
  })

  test.each([
    ['short', 'Short-1'],
    ['long', 'x'.repeat(100) + 'y'.repeat(29)],
    ['common', 'contraseña1'],
    ["the owner's name", 'Federica-II'],
    ['no text', { length: 12 }],
    ['holding a NUL', 'Río-Arriba\0-17'],
    ['holding a lone surrogate', 'Río-Arriba-\ud800'],
  ])('to one that is %s is refused as at registration', async (_, password) => {
    const who = await signUpOnce('Federica-II')
    const account = { email: 'federica@example.org', username: 'federica-ii' }
    const registered = await answer(await send(who, 'POST', '/auth/register', { ...account, password }))
    const changed = await changePassword(who, PASSWORD, password)
    expect([registered.status, changed.status]).toEqual([422, 422])
    expect(registered.body.errors).toMatchObject([{ pointer: '/password' }])
    expect(changed.body.errors).toMatchObject([{ pointer: '/new_password' }])
    expect(await logIn('federica-ii', PASSWORD)).toBe(200)
  })

  test('twice at once, one succeeds', async () => {
    const gil = await server.signUp('gil')
    const nexts = ['Río-Arriba-17', 'Río-Arriba-18', 'Río-Arriba-19']
    const answers = await Promise.all(nexts.map((next) => changePassword(gil, PASSWORD, next)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422])
    const logins = await Promise.all(nexts.map((next) => logIn('gil', next)))
    expect(logins).toEqual(answers.map(({ status }) => (status === 200 ? 200 : 401)))
  })

  test('while somebody signs in with the old one leaves nobody in who only knew that', async () => {
    const hal = await server.signUp('hal')
    const logins = Array.from({ length: 6 }, () => server.signIn('hal').catch(() => undefined))
    const changed = await changePassword(hal, PASSWORD, NEXT)
    expect(changed.status).toBe(200)
    for (const other of await Promise.all(logins)) {
      if (other) expect((await other.fetch('/users/me')).status).toBe(401)
    }
    expect((await hal.fetch('/users/me')).status).toBe(200)
  })

  test('never shows a password in the log', async () => {
    const log = server.logs.join('\n')
    expect(log).toContain('/users/change-password')
    for (const secret of [PASSWORD, NEXT]) expect(log).not.toContain(secret)
  })
})

const NO_BACKUPS = { backup_schedule: null, backup_keep: null, backup_recipients: [] }

describe('preferences', () => {
  let ana: SignedIn
  beforeAll(async () => {
    ana = await server.signUp('prefs')
  })

  const read = async (who: SignedIn) => (await answer(await who.fetch('/users/preferences'))).body
  const put = async (body: unknown) => answer(await send(ana, 'PUT', '/users/preferences', body))

  test('of a new account are the defaults', async () => {
    expect(await read(ana)).toEqual({
      theme: 'system',
      notifications: true,
      language: 'es',
      default_model: null,
      ...NO_BACKUPS,
    })
  })

  test('that are left out stay', async () => {
    expect(await put({ theme: 'dark', default_model: 'eliza' })).toEqual({
      status: 200,
      body: { detail: 'Preferencias actualizadas' },
    })
    await put({ notifications: false })
    await put({ language: 'en' })
    const all = { ...NO_BACKUPS, theme: 'dark', notifications: false, language: 'en', default_model: 'eliza' }
    expect(await read(ana)).toEqual(all)
    expect((await put(all)).status).toBe(200)
    await put({ default_model: null })
    expect(await read(ana)).toEqual({ ...all, default_model: null })
  })

  test('set at once are all kept', async () => {
    await Promise.all([{ theme: 'light' }, { notifications: true }, { language: 'es' }].map(put))
    expect(await read(ana)).toMatchObject({ theme: 'light', notifications: true, language: 'es' })
  })

  test('are their own for each account, and outlive a restart', async () => {
    await using own = await startTestServer()
    const [bob, eva] = [await own.signUp('bob'), await own.signUp('eva')]
    await send(bob, 'PUT', '/users/preferences', { theme: 'dark' })
    await own.restart()
    expect(await read(bob)).toMatchObject({ theme: 'dark' })
    expect(await read(eva)).toMatchObject({ theme: 'system' })
  })

  test('name a model that is listed, and no other', async () => {
    expect((await put({ default_model: 'gpt-4-stream' })).status).toBe(200)
    for (const unknown of ['gpt-nothing', '', '__proto__', 'constructor']) {
      expect(await put({ theme: 'dark', default_model: unknown })).toMatchObject({
        status: 422,
        body: { type: '/problems/unknown-model', errors: [{ pointer: '/default_model' }] },
      })
    }
    expect(await read(ana)).toMatchObject({ theme: 'light', default_model: 'gpt-4-stream' })
  })

  test.each([
    [{}],
    [{ theme: 'blue' }],
    [{ theme: null }],
    [{ notifications: 'yes' }],
    [{ notifications: 1 }],
    [{ language: 'fr' }],
    [{ default_model: 7 }],
    [{ backup_schedule: 'every now and then' }],
    [{ backup_schedule: '*/5 * * * *' }],
    [{ backup_schedule: '0 0 31 2 *' }],
    [{ backup_keep: 0 }],
    [{ backup_recipients: ['age1nobody'] }],
    [{ default_model: ['eliza'] }],
    [{ colour: 'red' }],
    [{ role: 'administrator' }],
    [JSON.parse('{ "theme": "dark", "__proto__": { "role": "administrator" } }')],
    [[]],
    [null],
  ])('%j are 422', async (body) => {
    expect((await put(body)).status).toBe(422)
  })
})

describe('a profile', () => {
  test.each([
    [{ role: 'administrator' }],
    [{ id: '0197ef1a-5f80-7c3e-9b1d-2f4a6c8e0b13' }],
    [{ password_hash: '$argon2id$' }],
    [{ password: NEXT }],
    [{ created_at: '2020-01-01T00:00:00Z' }],
    [{ username: 'kim', role: 'administrator' }],
  ])('refuses %j, and stays as it is', async (body) => {
    const kim = await signUpOnce('kim')
    const before = await (await kim.fetch('/users/me')).json()
    const { status, body: problem } = await answer(await send(kim, 'PUT', '/users/me', body))
    expect([status, problem.type]).toEqual([422, '/problems/invalid-request'])
    expect(await (await kim.fetch('/users/me')).json()).toEqual(before)
    expect(before).toMatchObject({ role: 'user' })
  })
})

describe('a deleted account', () => {
  test('leaves no row in any table, and no file', async () => {
    await using upstream = await FakeUpstream.start()
    await using own = await startTestServer({ env: { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl } })
    await own.signUp('somebody')
    const { owner, words } = await fill(own, upstream)
    await using database = own.database.open()
    const tables = (await tablesMentioning(database, [''])).filter((table) => !NOBODYS_TABLES.includes(table))
    await expect.poll(() => tablesMentioning(database, words), { timeout: 10_000 }).toEqual(tables)
    expect((await owner.fetch('/users/me', { method: 'DELETE' })).status).toBe(204)
    expect(await tablesMentioning(database, words)).toEqual([])
    expect(await filesMentioning(own.folder, words)).toEqual([])
    await own.stop()
    expect(await tablesMentioning(database, words)).toEqual([])
  })

  test('is dead at once: tokens, cookies, streams, on every device', async () => {
    const devices = [await server.signUp('leo'), await server.signIn('leo'), await server.signIn('leo')]
    const streams = await Promise.all(devices.map(follow))
    const started = performance.now()
    expect((await devices[0]?.fetch('/users/me', { method: 'DELETE' }))?.status).toBe(204)
    await Promise.all(streams.map(({ closed }) => closed))
    expect(performance.now() - started).toBeLessThan(5_000)
    for (const device of devices) expect(await isSignedIn(device)).toBe(false)
    expect(await logIn('leo', PASSWORD)).toBe(401)
  })

  test('that is deleted twice, and used all the while, is gone, and nothing of it fails worse than 401', async () => {
    const mia = await server.signUp('mia')
    const others = await Promise.all([server.signIn('mia'), server.signIn('mia')])
    const requests = [mia, ...others].flatMap((who) => [
      who.fetch('/users/me'),
      who.fetch('/users/me', { method: 'DELETE' }),
      send(who, 'PUT', '/users/me', { avatar_url: null }),
      send(who, 'PUT', '/users/preferences', { theme: 'dark' }),
      send(who, 'POST', '/chat/stream', { model: 'eliza', messages: [{ role: 'user', content: 'Hola' }] }),
      who.fetch('/sync/devices'),
      server.fetch('/auth/login', {
        method: 'POST',
        body: new URLSearchParams({ username: 'mia', password: PASSWORD }),
      }),
    ])
    const statuses = await Promise.all(
      requests.map(async (request) => {
        const response = await request
        await response.text()
        return response.status
      }),
    )
    expect(statuses.filter((status) => ![200, 204, 401].includes(status))).toEqual([])
    expect(await logIn('mia', PASSWORD)).toBe(401)
  })
})

/** Tables that say nothing about any account in words that can be looked for. A new table is here, or `fill` writes into it. */
const NOBODYS_TABLES = [
  // Within a minute, and gone with the account.
  'backup_schedules',
  'facts',
  // By the id of what they are about, until it is done.
  'jobs',
  'knex_migrations',
  'knex_migrations_lock',
  'live_servers',
  // By account, while that has a stream open.
  'open_streams',
  // How the index is built, and where it keeps what, by the beginnings of words: the words are in `message_search_words_data`.
  'message_search_words',
  'message_search_words_config',
  'message_search_words_docsize',
  'message_search_words_idx',
  // Under fingerprints, for an hour at most.
  'request_counts',
  // While something is restored: see faults/restores.test.ts.
  'restore_conversations',
  'restore_messages',
  'restores',
  // That something was deleted, and nothing of it.
  'search_leftovers',
  'sqlite_sequence',
]

/** What an account can leave anywhere, and words that stand in all of it. */
async function fill(server: TestServer, upstream: FakeUpstream): Promise<{ owner: SignedIn; words: string[] }> {
  const { accountId, ...owner } = await server.signUp('canario')
  const elsewhere: typeof fetch = (path, init) => {
    const headers = new Headers(init?.headers)
    headers.set('X-Device-Id', 'dispositivo-canario')
    return server.fetch(path, { ...init, headers })
  }
  const other = await signIn(elsewhere, 'canario')
  await refresh(other, server)
  await send(owner, 'PATCH', '/sync/devices/dispositivo-canario', { name: 'Jaula del canario' })
  await send(owner, 'PUT', '/users/me', { avatar_url: 'https://example.org/canario.png' })
  await send(owner, 'PUT', '/users/preferences', { theme: 'dark', default_model: 'eliza' })
  const asked = await ask(owner, 'mine', 'Me llamo canario.')
  await asked.text()
  await makeBackup(owner)
  const answerId = await beginAnswer(owner, upstream.live())
  const { sid } = JSON.parse(Buffer.from(other.accessToken.split('.')[1] ?? '', 'base64url').toString())
  return { owner, words: [accountId, sid, answerId, 'canario'] }
}

function ask(who: SignedIn, key: string, content: string, model = 'eliza'): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': `canario-${key}` }
  const body = JSON.stringify({ model, messages: [{ role: 'user', content }] })
  return who.fetch('/chat/stream', { method: 'POST', headers, body })
}

/** Asks for an answer that is still being written when the account goes. */
async function beginAnswer(who: SignedIn, live: LiveAnswer): Promise<string> {
  const response = await ask(who, 'other', 'Cuéntame un cuento', 'gpt-4-stream')
  await live.request
  live.reasoning('Un canario, quizá. ')
  live.text('Érase una vez un canario')
  for await (const { data } of readEvents(response)) {
    if (data.type === 'delta') return data.message_id
  }
  throw new Error('The answer ended without a word.')
}

/** The files of a folder in whose name or content one of these words stands, those of the database excepted. */
async function filesMentioning(folder: string, words: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.filter(({ name }) => !name.startsWith('vektor.db'))) {
    const path = join(entry.parentPath, entry.name)
    const text = path + (entry.isFile() ? await readFile(path, 'latin1') : '')
    if (words.some((word) => text.includes(word))) found.push(path)
  }
  return found
}

const known = new Map<string, Promise<SignedIn>>()

/** The same account for every case of a table. */
function signUpOnce(username: string): Promise<SignedIn> {
  const somebody = known.get(username) ?? server.signUp(username)
  known.set(username, somebody)
  return somebody
}
