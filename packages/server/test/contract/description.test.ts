/** Every request that the description of the API prints and this server serves, exactly as it is printed. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readAllEvents, readEvents, textOf } from '../support/event-stream.ts'
import { answer, FakeUpstream } from '../support/fake-upstream.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let upstream: FakeUpstream
let server: TestServer

beforeAll(async () => {
  upstream = await FakeUpstream.start()
  upstream.always(answer('¡Muy bien, gracias! ¿Y tú?', { pieces: 5 }))
  server = await startTestServer({ env: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: upstream.baseUrl } })
  await post('/auth/register', `{ "email": "tu_email@ejemplo.com", "username": "tú", "password": "tu_contraseña" }`)
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})

const LOGIN = 'username=tu_email@ejemplo.com&password=tu_contraseña'

async function logIn() {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const response = await server.fetch('/auth/login', { method: 'POST', headers, body: Buffer.from(LOGIN) })
  const tokens: Record<string, string> = JSON.parse(await response.text())
  return { response, tokens }
}

async function send(method: string, path: string, body?: string): Promise<Response> {
  const { tokens } = await logIn()
  const headers = {
    Authorization: `Bearer ${tokens.access_token}`,
    ...(body && { 'Content-Type': 'application/json' }),
  }
  return server.fetch(path, { method, headers, ...(body && { body }) })
}

function post(path: string, body: string): Promise<Response> {
  return server.fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
}

const CHAT = `{
  "model": "gpt-4-stream",
  "messages": [
    { "role": "user", "content": "Hola, ¿cómo estás?" }
  ]
}`

async function chat(): Promise<string> {
  const events = await readAllEvents(await send('POST', '/chat/stream', CHAT))
  return String(events[0]?.data.conversation_id)
}

test('POST /auth/login', async () => {
  const { response, tokens } = await logIn()
  expect(response.status).toBe(200)
  expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600 })
  expect(tokens.access_token).toMatch(/^eyJ/)
})

test('POST /auth/register', async () => {
  const response = await post(
    '/auth/register',
    `{
  "email": "usuario@dominio.com",
  "username": "nombre_usuario",
  "password": "ContraseñaSegura123"
}`,
  )
  expect(response.status).toBe(201)
  expect(await response.json()).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    email: 'usuario@dominio.com',
    username: 'nombre_usuario',
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
  })
})

test('POST /auth/refresh', async () => {
  const { tokens } = await logIn()
  const response = await post('/auth/refresh', `{\n  "refresh_token": "${tokens.refresh_token}"\n}`)
  expect(response.status).toBe(200)
  const renewed: Record<string, string> = JSON.parse(await response.text())
  expect(renewed).toMatchObject({ token_type: 'bearer', expires_in: 3600 })
  expect(renewed.access_token).not.toBe(tokens.access_token)
})

test.each(['eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9…', 'token_a_invalidar'])(
  'POST /auth/refresh with the printed %s, which nobody gave out, is 401',
  async (token) => {
    const response = await post('/auth/refresh', `{ "refresh_token": "${token}" }`)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
  },
)

test('POST /auth/logout', async () => {
  const { tokens } = await logIn()
  for (const token of [tokens.refresh_token, tokens.refresh_token, 'token_a_invalidar']) {
    const response = await post('/auth/logout', `{\n  "refresh_token": "${token}"\n}`)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ detail: 'Logout successful' })
  }
  const me = await server.fetch('/users/me', { headers: { Authorization: `Bearer ${tokens.access_token}` } })
  expect(me.status).toBe(401)
})

test('POST /chat/stream', async () => {
  const response = await send('POST', '/chat/stream', CHAT)
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
  const events = await readAllEvents(response)
  expect(textOf(events)).toBe('¡Muy bien, gracias! ¿Y tú?')
  expect(events.map(({ data }) => data.type).filter((type) => type !== 'delta')).toEqual(['message', 'start', 'done'])
  expect(upstream.requests.at(-1)?.body.messages).toEqual([{ role: 'user', content: 'Hola, ¿cómo estás?' }])
})

test('a model without streaming answers POST /chat/stream over SSE all the same', async () => {
  const response = await send('POST', '/chat/stream', CHAT.replace('gpt-4-stream', 'gpt-3.5-turbo'))
  expect(textOf(await readAllEvents(response))).toBe('¡Muy bien, gracias! ¿Y tú?')
  expect(upstream.requests.at(-1)?.body.stream).not.toBe(true)
})

test("new EventSource('/chat/stream', { withCredentials: true })", async () => {
  const { response } = await logIn()
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const leaving = new AbortController()
  const headers = { Accept: 'text/event-stream', Cookie: cookie }
  const stream = await server.fetch('/chat/stream', { headers, signal: leaving.signal })
  expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/)
  await chat()
  const seen: string[] = []
  let text = ''
  for await (const { data } of readEvents(stream)) {
    seen.push(data.type)
    text += data.content ?? ''
    if (data.type === 'done') break
  }
  leaving.abort()
  expect(seen).toEqual(expect.arrayContaining(['message', 'start', 'delta', 'done']))
  expect(text).toBe('¡Muy bien, gracias! ¿Y tú?')
})

test('GET /chat/history', async () => {
  const id = await chat()
  const response = await send('GET', '/chat/history')
  expect(response.status).toBe(200)
  expect(await response.json()).toContainEqual(
    expect.objectContaining({ id, created_at: expect.any(String), title: 'Hola, ¿cómo estás?', message_count: 2 }),
  )
})

test('GET /chat/history/{conversation_id}', async () => {
  const id = await chat()
  const response = await send('GET', `/chat/history/${id}`)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    id,
    messages: [
      { role: 'user', content: 'Hola, ¿cómo estás?' },
      { role: 'assistant', content: '¡Muy bien, gracias! ¿Y tú?' },
    ],
  })
})

test('DELETE /chat/history/{conversation_id}', async () => {
  const id = await chat()
  const response = await send('DELETE', `/chat/history/${id}`)
  expect(response.status).toBe(204)
  expect(await response.text()).toBe('')
  expect((await send('GET', `/chat/history/${id}`)).status).toBe(404)
  expect((await send('DELETE', '/chat/history/conv1')).status).toBe(404)
})

test('GET /chat/models', async () => {
  const response = await send('GET', '/chat/models')
  expect(response.status).toBe(200)
  const models = await response.json()
  expect(models).toContainEqual({ name: 'gpt-4-stream', description: 'GPT-4 con streaming SSE', available: true })
  expect(models).toContainEqual({ name: 'gpt-3.5-turbo', description: 'Turbo sin streaming', available: true })
  expect(models).toContainEqual(expect.objectContaining({ name: 'eliza', available: true }))
})

test('without a key the models are listed with what is missing, and asking them is 503 before anything is stored', async () => {
  await using keyless = await startTestServer()
  const ana = await keyless.signUp('ana')
  const models = await (await ana.fetch('/chat/models')).json()
  expect(models).toContainEqual(
    expect.objectContaining({
      name: 'gpt-4-stream',
      available: false,
      reason: expect.stringContaining('OPENAI_API_KEY'),
    }),
  )
  const headers = { 'Content-Type': 'application/json' }
  const response = await ana.fetch('/chat/stream', { method: 'POST', headers, body: CHAT })
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({
    type: '/problems/model-unavailable',
    detail: expect.stringContaining('OPENAI_API_KEY'),
  })
  expect(await (await ana.fetch('/chat/history')).json()).toEqual([])
})

test('GET /users/me', async () => {
  const response = await send('GET', '/users/me')
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    id: expect.any(String),
    email: 'tu_email@ejemplo.com',
    username: 'tú',
    avatar_url: null,
    role: 'administrator',
  })
})

test('PUT /users/me', async () => {
  const ana = await server.signUp('ana')
  const put = (body: string) =>
    ana.fetch('/users/me', { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body })
  const response = await put(`{
  "email": "nuevo@dominio.com",
  "username": "nuevo_nombre",
  "avatar_url": "https://..."
}`)
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ detail: 'Perfil actualizado' })
  await put('{ "avatar_url": null }')
  const profile = { email: 'nuevo@dominio.com', username: 'nuevo_nombre', avatar_url: null }
  expect(await (await ana.fetch('/users/me')).json()).toMatchObject(profile)
})

test('DELETE /users/me', async () => {
  const bob = await server.signUp('bob')
  const response = await bob.fetch('/users/me', { method: 'DELETE' })
  expect(response.status).toBe(204)
  expect(await response.text()).toBe('')
  expect((await bob.fetch('/users/me')).status).toBe(401)
})

test('POST /users/change-password', async () => {
  const carla = await server.signUp('carla', 'Vieja123')
  const headers = { 'Content-Type': 'application/json' }
  const body = `{
  "current_password": "Vieja123",
  "new_password":     "Nueva456"
}`
  const response = await carla.fetch('/users/change-password', { method: 'POST', headers, body })
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ detail: 'Contraseña cambiada' })
  await server.signIn('carla', 'Nueva456')
  await expect(server.signIn('carla', 'Vieja123')).rejects.toThrow('401')
})

test('GET and PUT /users/preferences', async () => {
  const before = await send('GET', '/users/preferences')
  expect(before.status).toBe(200)
  expect(await before.json()).toMatchObject({ theme: expect.any(String), notifications: expect.any(Boolean) })
  const response = await send('PUT', '/users/preferences', '{ "theme": "light", "notifications": false }')
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ detail: 'Preferencias actualizadas' })
  expect(await (await send('GET', '/users/preferences')).json()).toMatchObject({ theme: 'light', notifications: false })
})

test('GET /sync/sessions and GET /sync/devices', async () => {
  const headers = { 'X-Device-Id': 'disp1', 'X-Device-Name': 'Laptop personal' }
  const body = Buffer.from(LOGIN)
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' }
  await server.fetch('/auth/login', { method: 'POST', headers: { ...type, ...headers }, body })
  const sessions = await send('GET', '/sync/sessions')
  expect(sessions.status).toBe(200)
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
  expect(await sessions.json()).toEqual([expect.objectContaining({ device_id: 'disp1', last_sync: time })])
  const devices = await send('GET', '/sync/devices')
  expect(devices.status).toBe(200)
  expect(await devices.json()).toContainEqual(expect.objectContaining({ id: 'disp1', name: 'Laptop personal' }))
})

test('POST /sync/backup and POST /sync/restore', async () => {
  await chat()
  const begun = await send('POST', '/sync/backup')
  expect(begun.status).toBe(202)
  const { task_id: id, status } = Object(await begun.json())
  expect(status).toBe('in_progress')
  await expect
    .poll(async () => Object(await (await send('GET', `/sync/backup/${id}`)).json()).status, { timeout: 10_000 })
    .toBe('completed')
  for (const body of [undefined, `{ "backup_id": "${id}" }`]) {
    const response = await send('POST', '/sync/restore', body)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ detail: 'Restauración completada' })
  }
})

test('GET /config/models', async () => {
  const response = await send('GET', '/config/models')
  expect(response.status).toBe(200)
  expect(await response.json()).toContainEqual({ name: 'gpt-4-stream', path: 'models/gpt4.json' })
})

test('GET /config/mcp-servers', async () => {
  const printed = [{ url: 'https://mcp1.vektor.ai', weight: 1 }]
  await writeFile(join(server.folder, 'config', 'mcp_servers.json'), JSON.stringify(printed))
  await expect.poll(async () => (await send('GET', '/config/mcp-servers')).json(), { timeout: 10_000 }).toEqual(printed)
})

test('GET and POST /config/adapters', async () => {
  for (const name of ['nuevo_servicio', 'slack', 'slack']) {
    const response = await send('POST', '/config/adapters', `{ "name": "${name}", "settings": { } }`)
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({ detail: 'Adaptador guardado' })
  }
  const response = await send('GET', '/config/adapters')
  expect(response.status).toBe(200)
  expect(await response.json()).toContainEqual(expect.objectContaining({ name: 'slack', path: 'app/slack.json' }))
})

test('GET /health', async () => {
  const response = await server.fetch('/health')
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ status: 'ok' })
})

test('GET /api/status', async () => {
  const response = await send('GET', '/api/status')
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ users: expect.any(Number), active_streams: expect.any(Number) })
})
