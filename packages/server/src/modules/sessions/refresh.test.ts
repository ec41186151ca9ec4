import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY, MINUTE, openSessionFixture, SECOND, type SessionFixture } from '../../../test/support/session-fixture.ts'
import type { Account } from '../accounts/index.ts'
import type { SessionService } from './service.ts'

const GONE = { code: 'invalid-refresh-token' }

let fixture: SessionFixture
let ana: Account

beforeAll(async () => {
  fixture = await openSessionFixture()
  ana = await fixture.register('ana')
})
afterAll(() => fixture[Symbol.asyncDispose]())

async function signIn(sessions: SessionService = fixture.sessions): Promise<string> {
  return (await sessions.logIn(ana, {})).tokens.refreshToken
}

async function refresh(token: string, sessions: SessionService = fixture.sessions): Promise<string> {
  return (await sessions.refresh(token)).refreshToken
}

/** Moves this test's clock; all tests of the file share it, and it only goes forward. */
function pass(milliseconds: number): void {
  fixture.clock.now += milliseconds
}

describe('rotation', () => {
  test('each refresh gives a new refresh token, and an access token that works', async () => {
    const first = await signIn()
    const tokens = await fixture.sessions.refresh(first)
    expect(tokens).toMatchObject({ expiresIn: 3600, refreshExpiresIn: 30 * 24 * 3600 })
    expect(tokens.refreshToken).not.toBe(first)
    await expect(fixture.sessions.authenticateBearer(tokens.accessToken)).resolves.toMatchObject({ accountId: ana.id })
  })

  test('a retry within ten seconds gets the same successor, to the last millisecond', async () => {
    const first = await signIn()
    const second = await refresh(first)
    pass(10 * SECOND - 1)
    await expect(refresh(first)).resolves.toBe(second)
    await expect(refresh(second)).resolves.not.toBe(second)
  })

  test('after ten seconds an exchanged token ends the session, its newest descendant included', async () => {
    const first = await signIn()
    const second = await refresh(first)
    const { accessToken, refreshToken: third } = await fixture.sessions.refresh(second)
    pass(10 * SECOND)
    await expect(refresh(first)).rejects.toMatchObject(GONE)
    await expect(refresh(third)).rejects.toMatchObject(GONE)
    await expect(fixture.sessions.authenticateBearer(accessToken)).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('the head of the chain is good after ten seconds, and after an hour', async () => {
    const second = await refresh(await signIn())
    pass(60 * MINUTE)
    await expect(refresh(second)).resolves.toEqual(expect.any(String))
  })

  test('any ancestor that was exchanged less than ten seconds ago answers with the head of the chain', async () => {
    const first = await signIn()
    const second = await refresh(first)
    pass(6 * SECOND)
    const third = await refresh(second)
    pass(3 * SECOND)
    await expect(refresh(first)).resolves.toBe(third)
    pass(3 * SECOND)
    await expect(refresh(second)).resolves.toBe(third)
    await expect(refresh(first)).rejects.toMatchObject(GONE)
  })

  test('of a hundred refreshes at once each gets the same successor, and nobody is signed out', async () => {
    const first = await signIn()
    const successors = await Promise.all(Array.from({ length: 100 }, () => refresh(first)))
    expect(new Set(successors).size).toBe(1)
    await expect(refresh(successors[0] ?? '')).resolves.toEqual(expect.any(String))
  })

  test('a request that waited for the database is judged by when it arrived', async () => {
    const first = await signIn()
    const release = Promise.withResolvers<void>()
    const slow = fixture.database.transaction(() => release.promise)
    const late = [refresh(first), refresh(first)]
    pass(15 * SECOND)
    release.resolve()
    await slow
    const [one, other] = await Promise.all(late)
    expect(one).toBe(other)
    pass(9 * SECOND)
    await expect(refresh(first)).resolves.toBe(one)
  })

  test('a retry that arrived within ten seconds is not late because it had to wait', async () => {
    const first = await signIn()
    const second = await refresh(first)
    pass(9 * SECOND)
    const release = Promise.withResolvers<void>()
    const slow = fixture.database.transaction(() => release.promise)
    const retry = refresh(first)
    pass(9 * SECOND)
    release.resolve()
    await slow
    await expect(retry).resolves.toBe(second)
  })

  test('a token that was exchanged stays so over a restart, and so does the grace of its retry', async () => {
    const first = await signIn()
    const second = await refresh(first)
    await using restarted = fixture.openSessions()
    await expect(refresh(first, restarted)).resolves.toBe(second)
    pass(10 * SECOND)
    await expect(refresh(first, restarted)).rejects.toMatchObject(GONE)
  })

  test('without rotation the same refresh token comes back, as long as the session lives', async () => {
    await using simple = fixture.openSessions('off')
    const token = await signIn(simple)
    for (let month = 0; month < 3; month += 1) {
      await expect(simple.refresh(token)).resolves.toMatchObject({ refreshToken: token })
      pass(29 * DAY)
    }
    pass(3 * DAY)
    await expect(simple.refresh(token)).rejects.toMatchObject(GONE)
  })

  test('a chain goes on when rotation is switched off, and old ancestors still end it', async () => {
    const first = await signIn()
    const second = await refresh(first)
    await using simple = fixture.openSessions('off')
    await expect(refresh(second, simple)).resolves.toBe(second)
    pass(10 * SECOND)
    await expect(refresh(first, simple)).rejects.toMatchObject(GONE)
    await expect(refresh(second, simple)).rejects.toMatchObject(GONE)
  })
})

describe('lifetimes', () => {
  test('a session ends thirty days after its last use', async () => {
    const [used, unused] = [await signIn(), await signIn()]
    pass(30 * DAY - 1)
    const next = await refresh(used)
    pass(1)
    await expect(refresh(unused)).rejects.toMatchObject(GONE)
    await expect(refresh(next)).resolves.toEqual(expect.any(String))
  })

  test('a session ends ninety days after its login, however it is used', async () => {
    let token = await signIn()
    for (let week = 0; week < 12; week += 1) {
      pass(7 * DAY)
      token = await refresh(token)
    }
    pass(6 * DAY - 10 * SECOND)
    const last = await fixture.sessions.refresh(token)
    expect(last).toMatchObject({ expiresIn: 10, refreshExpiresIn: 10 })
    pass(10 * SECOND)
    await expect(refresh(last.refreshToken)).rejects.toMatchObject(GONE)
    await expect(fixture.sessions.authenticateBearer(last.accessToken)).rejects.toMatchObject({ code: 'unauthorized' })
  })
})

describe('ends', () => {
  test('a refresh that races with a logout leaves the session dead', async () => {
    for (let round = 0; round < 20; round += 1) {
      const token = await signIn()
      const racing = refresh(token).catch(() => undefined)
      await Promise.all([racing, fixture.sessions.logOut(token)])
      await expect(refresh((await racing) ?? token)).rejects.toMatchObject(GONE)
    }
  })

  test('a refresh token of one account never answers for another', async () => {
    const bob = await fixture.register('bob')
    const [his, hers] = [await fixture.sessions.logIn(bob, {}), await signIn()]
    await fixture.sessions.logOut(his.tokens.refreshToken)
    await expect(refresh(his.tokens.refreshToken)).rejects.toMatchObject(GONE)
    await expect(refresh(hers)).resolves.toEqual(expect.any(String))
  })
})

describe('any interleaving of refreshes, retries and time', () => {
  const step = fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant('refresh' as const), times: fc.integer({ min: 1, max: 4 }) }),
    },
    { weight: 1, arbitrary: fc.constant({ type: 'lose' as const }) },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant('wait' as const), by: fc.integer({ min: 0, max: 20_000 }) }),
    },
  )

  test('never forks the chain, and never signs out a client that only retries within the grace', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        let held = await signIn()
        /** When the held token was exchanged, if the answer was lost. */
        let lostAt: number | undefined
        const successors = new Map<string, string>()
        for (const next of steps) {
          if (next.type === 'wait') {
            // A client that waits for a retry does so within the grace.
            const left = lostAt === undefined ? next.by : lostAt + 10 * SECOND - 1 - fixture.clock.now
            pass(Math.min(next.by, left))
            continue
          }
          const times = next.type === 'lose' ? 1 : next.times
          const answers = await Promise.all(Array.from({ length: times }, () => refresh(held)))
          expect(new Set(answers).size).toBe(1)
          const [answer = ''] = answers
          expect(successors.get(held) ?? answer).toBe(answer)
          successors.set(held, answer)
          if (next.type === 'lose') {
            lostAt ??= fixture.clock.now
          } else {
            held = answer
            lostAt = undefined
          }
        }
        await expect(refresh(held)).resolves.toEqual(expect.any(String))
      }),
      { numRuns: 60 },
    )
  })

  test('answers exactly as the rules say, for a thief with any token of the chain at any time', async () => {
    const attempt = fc.record({ age: fc.integer({ min: 0, max: 4 }), wait: fc.integer({ min: 0, max: 12_000 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(attempt, { maxLength: 20 }), async (attempts) => {
        const chain = [await signIn()]
        const supersededAt: number[] = []
        for (const { age, wait } of attempts) {
          pass(wait)
          const index = Math.max(0, chain.length - 1 - age)
          const answer = refresh(chain[index] ?? '')
          const exchangedAt = supersededAt[index]
          if (exchangedAt !== undefined && fixture.clock.now - exchangedAt >= 10 * SECOND) {
            await expect(answer).rejects.toMatchObject(GONE)
            for (const token of chain) await expect(refresh(token)).rejects.toMatchObject(GONE)
            return
          }
          if (exchangedAt === undefined) {
            supersededAt.push(fixture.clock.now)
            chain.push(await answer)
            expect(new Set(chain).size).toBe(chain.length)
          } else {
            await expect(answer).resolves.toBe(chain.at(-1))
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})
