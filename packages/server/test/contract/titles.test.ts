import { expect, test } from 'vitest'
import { ConfigError } from '../../src/config/config.ts'
import { readAllEvents } from '../support/event-stream.ts'
import { answer, FakeUpstream } from '../support/fake-upstream.ts'
import { startTestServer } from '../support/test-server.ts'

const JSON_BODY = { 'Content-Type': 'application/json' }

test('a model that VEKTOR_TITLE_MODEL names writes the titles, and its tokens are counted', async () => {
  await using upstream = await FakeUpstream.start()
  upstream.always(answer('Saludos de eliza'))
  const env = {
    OPENAI_API_KEY: 'key',
    OPENAI_BASE_URL: upstream.baseUrl,
    VEKTOR_TITLE_MODEL: 'gpt-4-stream',
    VEKTOR_METRICS_TOKEN: 'a-token-of-this-test',
  }
  await using server = await startTestServer({ env })
  const ana = await server.signUp('ana')
  const body = JSON.stringify({ model: 'eliza', messages: [{ role: 'user', content: 'Hola' }] })
  await readAllEvents(await ana.fetch('/chat/stream', { method: 'POST', headers: JSON_BODY, body }))
  const titles = async () => JSON.parse(await (await ana.fetch('/chat/history')).text()).map(titleOf)
  await expect.poll(titles).toEqual(['Saludos de eliza'])
  expect(upstream.requests).toHaveLength(1)
  const metrics = await server.fetch('/metrics', { headers: { Authorization: `Bearer ${env.VEKTOR_METRICS_TOKEN}` } })
  expect(await metrics.text()).toMatch(/tokens.*gpt-4-stream.* 8$/m)
})

test('without it no model is asked for a title', async () => {
  await using upstream = await FakeUpstream.start()
  await using server = await startTestServer({ env: { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl } })
  const ana = await server.signUp('ana')
  const body = JSON.stringify({ model: 'gpt-4-stream', messages: [{ role: 'user', content: 'Hola' }] })
  // A title would be asked for before the second answer is.
  for (let exchange = 0; exchange < 2; exchange += 1) {
    await readAllEvents(await ana.fetch('/chat/stream', { method: 'POST', headers: JSON_BODY, body }))
  }
  expect(upstream.requests).toHaveLength(2)
})

test('a server whose title model there is not does not start, and says which there are', async () => {
  const refusal = await startTestServer({ env: { VEKTOR_TITLE_MODEL: 'elisa' } }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(ConfigError)
  expect(String(refusal)).toMatch(/VEKTOR_TITLE_MODEL must be .*"elisa" is not.* eliza/)
})

function titleOf({ title }: { title: string | null }): string | null {
  return title
}
