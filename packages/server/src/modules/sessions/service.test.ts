import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY, MINUTE, openSessionFixture, SECOND, type SessionFixture } from '../../../test/support/session-fixture.ts'
import { PASSWORD } from '../../../test/support/sign-up.ts'
import type { Account } from '../accounts/index.ts'
import type { SignedIn } from './service.ts'

const HOME = { address: '192.0.2.1', deviceId: undefined }
const SIGNED_OUT = { code: 'unauthorized' }

let fixture: SessionFixture
let ana: Account

beforeEach(async () => {
  fixture = await openSessionFixture()
  ana = await fixture.register('ana')
})
afterEach(() => fixture[Symbol.asyncDispose]())

function caller({ tokens }: SignedIn) {
  return fixture.sessions.authenticateBearer(tokens.accessToken)
}

async function count(table: string): Promise<number> {
  return (await fixture.database.read(table)).length
}

describe('logging in', () => {
  test('never ends another session, not even one of the same device', async () => {
    const hints = { id: 'disp1', userAgent: 'curl/8' }
    const signedIn = [await fixture.sessions.logIn(ana, hints), await fixture.sessions.logIn(ana, hints)]
    const callers = await Promise.all(signedIn.map(caller))
    expect(callers).toMatchObject([{ deviceId: 'disp1' }, { deviceId: 'disp1' }])
    expect(new Set(callers.map(({ sessionId }) => sessionId)).size).toBe(2)
    expect(await count('devices')).toBe(1)
  })

  test('says who is behind a token: account, session, device and role', async () => {
    const bob = await fixture.register('bob')
    await expect(caller(await fixture.sessions.logIn(ana, {}))).resolves.toEqual({
      accountId: ana.id,
      sessionId: expect.any(String),
      deviceId: expect.any(String),
      role: 'administrator',
    })
    await expect(caller(await fixture.sessions.logIn(bob, {}))).resolves.toMatchObject({ role: 'user' })
  })

  test('on a device that has a name keeps it, unless the request brings another', async () => {
    const name = async () => (await fixture.database.read('devices').where({ id: 'disp1' }).first()).name
    await fixture.sessions.logIn(ana, { id: 'disp1', name: 'Laptop', userAgent: 'curl/8' })
    await fixture.sessions.logIn(ana, { id: 'disp1', userAgent: 'curl/8' })
    expect(await name()).toBe('Laptop')
    await fixture.sessions.logIn(ana, { id: 'disp1', name: 'Work laptop' })
    expect(await name()).toBe('Work laptop')
  })

  test('lets two accounts use the same device id without seeing each other', async () => {
    const bob = await fixture.register('bob')
    const [hers, his] = [await fixture.sessions.logIn(ana, { id: 'x' }), await fixture.sessions.logIn(bob, { id: 'x' })]
    await fixture.endAll(bob.id)
    await expect(caller(his)).rejects.toMatchObject(SIGNED_OUT)
    await expect(caller(hers)).resolves.toMatchObject({ accountId: ana.id })
  })

  test('fails like a wrong password for an account that is deleted between the check and the login', async () => {
    const checked = await fixture.sessions.findAccount({ login: 'ana', password: PASSWORD }, HOME)
    await fixture.accounts.delete(ana.id)
    expect(checked).toBeDefined()
    if (checked)
      await expect(fixture.sessions.logIn(checked, {})).rejects.toMatchObject({ code: 'invalid-credentials' })
  })

  test('fails like a wrong password if the password changes between the check and the login', async () => {
    await fixture.database.write('accounts').where({ id: ana.id }).update({ password_hash: 'another' })
    await expect(fixture.sessions.logIn(ana, {})).rejects.toMatchObject({ code: 'invalid-credentials' })
    expect(await count('sessions')).toBe(0)
  })
})

describe('a session ends at once, its access token, refresh token, stream cookie and open streams with it', () => {
  const ways: Record<string, (signedIn: SignedIn) => Promise<unknown>> = {
    'by logging out': ({ tokens }) => fixture.sessions.logOut(tokens.refreshToken),
    'by signing out all devices': () => fixture.endAll(ana.id),
    'by deleting the account': () => fixture.accounts.delete(ana.id),
    'by reuse of an exchanged refresh token': async ({ tokens }) => {
      await fixture.sessions.refresh(tokens.refreshToken)
      fixture.clock.now += 10 * SECOND
      await fixture.sessions.refresh(tokens.refreshToken).catch(() => undefined)
    },
  }
  test.each(Object.entries(ways))('%s', async (_, end) => {
    const signedIn = await fixture.sessions.logIn(ana, {})
    const { sessionId } = await caller(signedIn)
    using first = fixture.sessions.watch(sessionId)
    using second = fixture.sessions.watch(sessionId)
    await end(signedIn)
    expect([first.ended.aborted, second.ended.aborted]).toEqual([true, true])
    await expect(caller(signedIn)).rejects.toMatchObject(SIGNED_OUT)
    await expect(fixture.sessions.authenticateStreamCookie(signedIn.streamToken)).rejects.toMatchObject(SIGNED_OUT)
    await expect(fixture.sessions.refresh(signedIn.tokens.refreshToken)).rejects.toMatchObject({
      code: 'invalid-refresh-token',
    })
  })

  test("and nobody else's", async () => {
    const bob = await fixture.register('bob')
    const [hers, his] = [await fixture.sessions.logIn(ana, {}), await fixture.sessions.logIn(bob, {})]
    const [own, others] = [await fixture.sessions.logIn(ana, {}), await fixture.sessions.logIn(ana, {})]
    using watch = fixture.sessions.watch((await caller(his)).sessionId)
    await fixture.sessions.logOut(hers.tokens.refreshToken)
    const { sessionId } = await caller(own)
    using ownWatch = fixture.sessions.watch(sessionId)
    await fixture.endAll(ana.id, { except: sessionId })
    await expect(caller(others)).rejects.toMatchObject(SIGNED_OUT)
    await expect(Promise.all([caller(own), caller(his)])).resolves.toHaveLength(2)
    expect([watch.ended.aborted, ownWatch.ended.aborted]).toEqual([false, false])
  })
})

test('a stream cookie is good as long as its session, and no longer when that was not used for thirty days', async () => {
  const { streamToken } = await fixture.sessions.logIn(ana, {})
  fixture.clock.now += 30 * DAY - 1
  await expect(fixture.sessions.authenticateStreamCookie(streamToken)).resolves.toMatchObject({ accountId: ana.id })
  await fixture.sessions.sweep()
  fixture.clock.now += 30 * DAY
  await expect(fixture.sessions.authenticateStreamCookie(streamToken)).rejects.toMatchObject(SIGNED_OUT)
})

describe('logging out', () => {
  test('works with an ancestor, with an expired token, and twice', async () => {
    const signedIn = await fixture.sessions.logIn(ana, {})
    await fixture.sessions.refresh(signedIn.tokens.refreshToken)
    fixture.clock.now += 91 * DAY
    using watch = fixture.sessions.watch(String(await sessionIdOf()))
    await fixture.sessions.logOut(signedIn.tokens.refreshToken)
    expect(watch.ended.aborted).toBe(true)
    expect(await count('sessions')).toBe(0)
    await expect(fixture.sessions.logOut(signedIn.tokens.refreshToken)).resolves.toBeUndefined()
  })

  test('does nothing for a token that is no refresh token of ours', async () => {
    const { tokens, streamToken } = await fixture.sessions.logIn(ana, {})
    const [head, body] = tokens.refreshToken.split('.')
    const others = ['token_a_invalidar', tokens.accessToken, streamToken, `${head}.${body}.`, `${tokens.refreshToken}x`]
    for (const token of others) await expect(fixture.sessions.logOut(token)).resolves.toBeUndefined()
    await expect(fixture.sessions.authenticateBearer(tokens.accessToken)).resolves.toBeDefined()
  })
})

async function sessionIdOf(): Promise<unknown> {
  return (await fixture.database.read('sessions').first()).id
}

describe('an open stream', () => {
  async function openStream() {
    const signedIn = await fixture.sessions.logIn(ana, {})
    const { sessionId } = await caller(signedIn)
    return { signedIn, sessionId, watch: fixture.sessions.watch(sessionId) }
  }

  test('ends within a second of its session, whoever ended that', async () => {
    const { sessionId, watch } = await openStream()
    const ended = once(watch.ended, 'abort', { signal: AbortSignal.timeout(10_000) })
    await fixture.database.write('sessions').where({ id: sessionId }).delete()
    await expect(ended).resolves.toBeDefined()
  })

  test('ends when its session runs out', async () => {
    const { watch } = await openStream()
    const ended = once(watch.ended, 'abort', { signal: AbortSignal.timeout(10_000) })
    fixture.clock.now += 30 * DAY
    await expect(ended).resolves.toBeDefined()
  })

  test('that began just after its session had ended is closed too', async () => {
    const { signedIn, sessionId } = await openStream()
    await fixture.sessions.logOut(signedIn.tokens.refreshToken)
    using late = fixture.sessions.watch(sessionId)
    expect(late.ended.aborted).toBe(false)
    await once(late.ended, 'abort', { signal: AbortSignal.timeout(10_000) })
  })

  test('stays as long as its session, beyond its access token', async () => {
    const { watch, signedIn } = await openStream()
    fixture.clock.now += 29 * DAY
    await fixture.sessions.sweep()
    expect(watch.ended.aborted).toBe(false)
    await expect(caller(signedIn)).rejects.toMatchObject(SIGNED_OUT)
  })

  test('that was closed is told nothing any more, and its neighbour is', async () => {
    const { signedIn, sessionId, watch } = await openStream()
    const neighbour = fixture.sessions.watch(sessionId)
    watch[Symbol.dispose]()
    watch[Symbol.dispose]()
    await fixture.sessions.logOut(signedIn.tokens.refreshToken)
    expect([watch.ended.aborted, neighbour.ended.aborted]).toEqual([false, true])
  })

  test('of a session with hundreds of others ends with them', async () => {
    const { signedIn, sessionId } = await openStream()
    const watches = Array.from({ length: 300 }, () => fixture.sessions.watch(sessionId))
    await fixture.sessions.logOut(signedIn.tokens.refreshToken)
    expect(watches.every(({ ended }) => ended.aborted)).toBe(true)
  })
})

describe('last activity', () => {
  async function lastActivity() {
    const device = await fixture.database.read('devices').first()
    const session = await fixture.database.read('sessions').first()
    return [device.last_seen_at, session.last_used_at]
  }

  test('is written at most once a minute', async () => {
    const signedIn = await fixture.sessions.logIn(ana, {})
    const loggedInAt = fixture.clock.now
    fixture.clock.now += MINUTE - 1
    await caller(signedIn)
    await fixture.sessions.sweep()
    expect(await lastActivity()).toEqual([loggedInAt, loggedInAt])
    fixture.clock.now += 1
    await Promise.all(Array.from({ length: 20 }, () => caller(signedIn)))
    await fixture.sessions.sweep()
    expect(await lastActivity()).toEqual([loggedInAt + MINUTE, loggedInAt + MINUTE])
    fixture.clock.now += MINUTE - 1
    await caller(signedIn)
    await fixture.sessions.sweep()
    expect(await lastActivity()).toEqual([loggedInAt + MINUTE, loggedInAt + MINUTE])
  })

  test('does not make a request wait for the database', async () => {
    const signedIn = await fixture.sessions.logIn(ana, {})
    fixture.clock.now += MINUTE
    const release = Promise.withResolvers<void>()
    const slow = fixture.database.transaction(() => release.promise)
    await expect(caller(signedIn)).resolves.toBeDefined()
    release.resolve()
    await slow
    await fixture.sessions.sweep()
    expect(await lastActivity()).toEqual([fixture.clock.now, fixture.clock.now])
  })

  test('is written in the order of the sessions, whichever was used first', async () => {
    const { database, sessions } = fixture
    const written: unknown[] = []
    database.write.on('query', ({ sql, bindings }) => {
      if (/^update .sessions. set .last_used_at./.test(sql)) written.push(bindings[1])
    })
    const devices = [await sessions.logIn(ana, {}), await sessions.logIn(ana, {}), await sessions.logIn(ana, {})]
    fixture.clock.now += MINUTE
    const [first, second, third] = devices
    if (!first || !second || !third) throw new TypeError('Somebody is not signed in.')
    const ids = await database.transaction(async (transaction) => {
      await database.dialect.lockRows(transaction('sessions'))
      // The first begins to be written at once, and what comes while that waits is written together.
      const callers = [await caller(first), await caller(third), await caller(second)]
      return callers.map(({ sessionId }) => sessionId)
    })
    await sessions.sweep()
    expect(written).toEqual(ids.toSorted())
  })

  test('keeps a session alive that does not refresh', async () => {
    const signedIn = await fixture.sessions.logIn(ana, {})
    fixture.clock.now += 50 * MINUTE
    await caller(signedIn)
    await fixture.sessions.sweep()
    fixture.clock.now += 30 * DAY - MINUTE
    await expect(fixture.sessions.refresh(signedIn.tokens.refreshToken)).resolves.toBeDefined()
  })

  test('by refreshing counts for the device too', async () => {
    const { tokens } = await fixture.sessions.logIn(ana, {})
    fixture.clock.now += 5 * DAY
    await fixture.sessions.refresh(tokens.refreshToken)
    expect(await lastActivity()).toEqual([fixture.clock.now, fixture.clock.now])
  })
})

describe('housekeeping', () => {
  test('forgets sessions that have run out and refresh tokens that answer no more, and keeps the others', async () => {
    await fixture.sessions.logIn(ana, {})
    fixture.clock.now += 29 * DAY
    const { tokens } = await fixture.sessions.logIn(ana, {})
    await fixture.sessions.refresh(tokens.refreshToken)
    await fixture.sessions.sweep()
    expect([await count('sessions'), await count('refresh_ancestors')]).toEqual([2, 1])
    fixture.clock.now += DAY
    await fixture.sessions.sweep()
    expect([await count('sessions'), await count('refresh_ancestors')]).toEqual([1, 0])
  })

  test('happens at each login for the account, and at each refresh for the chain', async () => {
    const first = await fixture.sessions.logIn(ana, {})
    const second = await fixture.sessions.refresh(first.tokens.refreshToken)
    fixture.clock.now += 10 * SECOND
    await fixture.sessions.refresh(second.refreshToken)
    expect(await count('refresh_ancestors')).toBe(1)
    fixture.clock.now += 30 * DAY
    await fixture.sessions.logIn(ana, {})
    expect(await count('sessions')).toBe(1)
  })

  test('ends thousands of sessions in one go', async () => {
    const rows = Array.from({ length: 2_000 }, (_, index) => ({
      id: `s${index}`,
      account_id: ana.id,
      device_id: 'x',
      created_at: 0,
      last_used_at: fixture.clock.now,
      expires_at: fixture.clock.now + DAY,
      refresh_generation: 0,
      refreshed_at: 0,
    }))
    await fixture.sessions.logIn(ana, { id: 'x' })
    await fixture.database.write.batchInsert('sessions', rows, 100)
    const watches = rows.map(({ id }) => fixture.sessions.watch(id))
    await fixture.sessions.sweep()
    expect(watches.some(({ ended }) => ended.aborted)).toBe(false)
    fixture.clock.now += DAY
    await fixture.sessions.sweep()
    expect(watches.every(({ ended }) => ended.aborted)).toBe(true)
    expect(await count('sessions')).toBe(1)
  })
})
