import { expect, test } from 'vitest'
import { createLog } from './log.ts'
import { Secret } from './secret.ts'

async function written(log: (log: Awaited<ReturnType<typeof createLog>>) => void): Promise<string[]> {
  const lines: string[] = []
  log(await createLog({ logLevel: 'info', logFormat: 'json' }, { write: (line) => void lines.push(line) }))
  return lines
}

test('an event is one line of JSON with its time, level, name and fields, whatever is in them', async () => {
  const [line = '', ...others] = await written((log) =>
    log.info({ url: 'http://x/\r\n{"level":"fatal"}' }, 'listening'),
  )
  expect(others).toEqual([])
  expect(line).toMatch(/^[^\n]+\n$/)
  expect(JSON.parse(line)).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    url: 'http://x/\r\n{"level":"fatal"}',
    msg: 'listening',
  })
})

test('a secret never reaches it, wherever it hides', async () => {
  const secret = new Secret('canary')
  const error = Object.assign(new Error('failed', { cause: { secret } }), { secret })
  const lines = await written((log) => log.error({ secret, deep: [{ secret }], err: error }, `failed with ${secret}`))
  expect(lines.join('')).toContain('[secret]')
  expect(lines.join('')).not.toContain('canary')
})

test('what is below the level is not logged', async () => {
  expect(await written((log) => log.debug('noise'))).toEqual([])
})
