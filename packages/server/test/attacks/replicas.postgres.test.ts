import { expect, test } from 'vitest'
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
