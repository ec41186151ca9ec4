import { describe, expect, test } from 'vitest'
import { PasswordHasher } from './password-hasher.ts'

const hasher = await PasswordHasher.create()

test('a hash is argon2id with 19 MiB, two passes and one lane, and has a salt of its own', async () => {
  const [one, other] = await Promise.all([hasher.hash('xkqvbzjw'), hasher.hash('xkqvbzjw')])
  expect(one.reveal()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(one.reveal()).not.toBe(other.reveal())
})

describe('a password counts whole', () => {
  test.each([
    ['73 bytes, of which others read 72', 'x'.repeat(72), 'y'],
    ['128 characters of four bytes each', '🦤'.repeat(127), '🐙'],
    ['a NUL in its middle', 'before\0', 'after'],
  ])('%s', async (_, start, end) => {
    const hash = await hasher.hash(start + end)
    await expect(hasher.verify(hash, start + end)).resolves.toBe(true)
    await expect(hasher.verify(hash, start)).resolves.toBe(false)
    await expect(hasher.verify(hash, `${start}z`)).resolves.toBe(false)
  })

  test('its case, its spaces and its composition included', async () => {
    const hash = await hasher.hash(' Andr\u00e9')
    for (const other of [' andr\u00e9', 'Andr\u00e9', ' Andr\u00e9 ', ' Andre\u0301']) {
      await expect(hasher.verify(hash, other)).resolves.toBe(false)
    }
  })
})

test('the stand-in for unknown users takes as long as the real thing, and is never right', async () => {
  const hash = await hasher.hash('xkqvbzjw')
  const time = async (work: () => Promise<boolean>) => {
    const times: number[] = []
    for (let round = 0; round < 9; round += 1) {
      const started = performance.now()
      await expect(work()).resolves.toBe(false)
      times.push(performance.now() - started)
    }
    return times.sort((one, other) => one - other)[4] ?? 0
  }
  const wrong = await time(() => hasher.verify(hash, 'wrong'))
  const unknown = await time(() => hasher.verifyDummy('wrong'))
  expect(unknown / wrong).toBeGreaterThan(0.4)
  expect(unknown / wrong).toBeLessThan(2.5)
})

describe('the queue', () => {
  test('takes two at work and 64 waiting; whoever comes later is asked to come back in a second', async () => {
    const busy = await PasswordHasher.create()
    const admitted = Array.from({ length: 66 }, () => busy.verifyDummy('wrong'))
    await expect(busy.verifyDummy('wrong')).rejects.toMatchObject({ code: 'busy', retryAfterSeconds: 1 })
    await expect(busy.hash('wrong')).rejects.toMatchObject({ code: 'busy' })
    await expect(Promise.all(admitted)).resolves.toEqual(Array(66).fill(false))
    await expect(busy.verifyDummy('wrong')).resolves.toBe(false)
  })

  test('serves in order, and loses no place when a hash cannot be read', async () => {
    const busy = await PasswordHasher.create()
    const { Secret } = await import('../../secret.ts')
    const broken = Array.from({ length: 10 }, () => busy.verify(new Secret('no hash'), 'x').catch(() => 'failed'))
    const finished: number[] = []
    const good = [0, 1, 2, 3].map(async (index) => {
      await busy.verifyDummy('x')
      finished.push(index)
    })
    await expect(Promise.all(broken)).resolves.toEqual(Array(10).fill('failed'))
    await Promise.all(good)
    // Two at a time: the third begins when one is done, and the last when two are. Which of two is faster, nobody knows.
    expect([0, 1]).toContain(finished[0])
    expect(finished.indexOf(3)).toBeGreaterThanOrEqual(2)
    expect(finished.toSorted()).toEqual([0, 1, 2, 3])
  })
})

test('a hash that is printed or serialised shows nothing', async () => {
  const hash = await hasher.hash('xkqvbzjw')
  expect(`${hash} ${JSON.stringify({ hash })}`).not.toContain('argon2')
})
