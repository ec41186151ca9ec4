import { expect, test } from 'vitest'
import { startTestServer } from '../support/test-server.ts'

test('a new server answers offline, out of the box', async () => {
  await using server = await startTestServer()
  const ana = await server.signUp('ana')
  const response = await ana.fetch('/chat/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'eliza', messages: [{ role: 'user', content: 'Hello, I am tired.' }] }),
  })
  expect(response.status).toBe(200)
  expect(await response.text()).toMatch(/"type":"start".*"type":"delta".*"type":"done".*"finish_reason":"stop"/s)
})

test('what was there before a restart is there after it', async () => {
  await using server = await startTestServer()
  const ana = await server.signUp('ana')
  const before = await (await ana.fetch('/users/me')).json()
  await server.restart()
  expect(await (await ana.fetch('/users/me')).json()).toEqual(before)
})

test('who has registered first is the administrator, and a closed server takes nobody else', async () => {
  await using server = await startTestServer()
  const ana = await server.signUp('ana')
  expect(await (await ana.fetch('/users/me')).json()).toMatchObject({ role: 'administrator' })
  await server.stop()
  await using closed = await startTestServer({ beside: server, env: { VEKTOR_REGISTRATION: 'closed' } })
  await expect(closed.signUp('bob')).rejects.toThrow('registration-closed')
})

test('while it drains the server is alive, and not ready', async () => {
  await using server = await startTestServer()
  expect((await server.fetch('/health/ready')).status).toBe(200)
  await server.app.drain()
  const ready = await server.fetch('/health/ready')
  expect(ready.status).toBe(503)
  expect(ready.headers.get('Retry-After')).toMatch(/^\d+$/)
  expect(await (await server.fetch('/health')).json()).toEqual({ status: 'ok' })
})
