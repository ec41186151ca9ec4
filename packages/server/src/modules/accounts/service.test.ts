import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSessionFixture, type SessionFixture } from '../../../test/support/session-fixture.ts'
import { PASSWORD } from '../../../test/support/sign-up.ts'

let fixture: SessionFixture

beforeEach(async () => {
  fixture = await openSessionFixture()
})
afterEach(() => fixture[Symbol.asyncDispose]())

function register(email: string, username: string, password = PASSWORD) {
  return fixture.accounts.register({ email, username, password })
}

describe('registering', () => {
  test('makes the first account the administrator, and nobody after it', async () => {
    await expect(register('ana@example.org', 'ana')).resolves.toMatchObject({ role: 'administrator' })
    await expect(register('bob@example.org', 'bob')).resolves.toMatchObject({ role: 'user' })
  })

  test('makes one administrator, whoever races', async () => {
    const accounts = await Promise.all(
      Array.from({ length: 20 }, (_, index) => register(`user${index}@example.org`, `user${index}`)),
    )
    expect(accounts.filter(({ role }) => role === 'administrator')).toHaveLength(1)
  })

  test('makes no second administrator when the first one has gone', async () => {
    const { id } = await register('ana@example.org', 'ana')
    await fixture.accounts.delete(id)
    await expect(register('ana@example.org', 'ana')).resolves.toMatchObject({ role: 'user' })
  })

  test('keeps the place of the administrator when the first attempt fails', async () => {
    await expect(register('ana@example.org', 'ana', 'password')).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(register('bob@example.org', 'bob')).resolves.toMatchObject({ role: 'administrator' })
  })

  test.each([
    ['the same e-mail address', 'Ana@example.org', 'somebody', ['email-taken']],
    ['the same username', 'somebody@example.org', 'ANA', ['username-taken']],
    ['both the same', 'ana@example.org', 'ana', ['email-taken', 'username-taken']],
  ])('of two at once with %s lets one through', async (_, email, username, codes) => {
    const results = await Promise.allSettled([register('ana@example.org', 'ana'), register(email, username)])
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    expect(refusals).toHaveLength(1)
    expect(codes).toContain(refusals[0])
    expect(await fixture.database.read('accounts')).toMatchObject([{ role: 'administrator' }])
  })

  test.each([
    ['in another case', 'ANDRÉ@Example.org', 'ANDRÉ'],
    ['decomposed', 'andre\u0301@example.org', 'andre\u0301'],
    ['with a Kelvin sign', '\u212Aarl@example.org', '\u212Aarl'],
    ['with SS for ß', 'STRASSE@example.org', 'STRASSE'],
    ['with another sigma', 'νικοσ@example.org', 'νικοσ'],
  ])('refuses a name that is taken, %s', async (_, email, username) => {
    for (const name of ['andré', 'karl', 'straße', 'νικος']) await register(`${name}@example.org`, name)
    await expect(register(email, 'somebody')).rejects.toMatchObject({ code: 'email-taken' })
    await expect(register('somebody@example.org', username)).rejects.toMatchObject({ code: 'username-taken' })
  })

  test('says which field is wrong with a password, and stores nothing', async () => {
    await expect(register('ana@example.org', 'ana', 'password1')).rejects.toMatchObject({
      code: 'invalid-request',
      fields: [{ pointer: '/password', detail: expect.stringContaining('less common') }],
    })
    expect(await fixture.database.read('accounts')).toEqual([])
  })

  test('is refused where it is closed, to whatever password', async () => {
    await using closed = await openSessionFixture({ registration: 'closed' })
    await expect(closed.register('ana')).rejects.toMatchObject({ code: 'registration-closed' })
  })

  test('stores no password, and gives nobody its hash by accident', async () => {
    const account = await register('ana@example.org', 'ana')
    expect(JSON.stringify(account)).not.toContain('argon2')
    expect(JSON.stringify(await fixture.database.read('accounts'))).not.toContain(PASSWORD)
  })
})

describe('credentials', () => {
  test('are the username or e-mail address, however it is composed or cased, and the exact password', async () => {
    const { id } = await register('andré@example.org', 'andré')
    for (const login of ['andré', 'ANDRÉ', 'andre\u0301', 'André@EXAMPLE.org']) {
      await expect(fixture.accounts.verifyCredentials(login, PASSWORD)).resolves.toMatchObject({ id })
    }
    for (const password of [PASSWORD.toLowerCase(), `${PASSWORD} `, '', PASSWORD.slice(0, -1)]) {
      await expect(fixture.accounts.verifyCredentials('andré', password)).resolves.toBeUndefined()
    }
    await expect(fixture.accounts.verifyCredentials('nobody', PASSWORD)).resolves.toBeUndefined()
  })

  test("never match another account's username that looks like an e-mail address", async () => {
    const ana = await register('ana@example.org', 'ana')
    await register('bob@example.org', 'ana.example.org')
    await expect(fixture.accounts.verifyCredentials('ana@example.org', PASSWORD)).resolves.toMatchObject({ id: ana.id })
  })

  test('of an unknown user take as long to refuse as a wrong password', async () => {
    await register('ana@example.org', 'ana')
    const times: Record<string, number[]> = { ana: [], nobody: [] }
    for (let round = 0; round < 9; round += 1) {
      for (const [login, list] of Object.entries(times)) {
        const started = performance.now()
        await fixture.accounts.verifyCredentials(login, 'wrong')
        list.push(performance.now() - started)
      }
    }
    const [known = 0, unknown = 0] = Object.values(times).map((list) => list.sort((one, other) => one - other)[4])
    expect(unknown / known).toBeGreaterThan(0.4)
    expect(unknown / known).toBeLessThan(2.5)
  })

  test('that cannot be checked for lack of room are refused as busy, be the user known or not', async () => {
    await register('ana@example.org', 'ana')
    const attempts = Array.from({ length: 200 }, (_, index) =>
      fixture.accounts.verifyCredentials(index % 2 ? 'ana' : 'nobody', 'wrong').catch(({ code }) => code),
    )
    const answers = await Promise.all(attempts)
    expect(new Set(answers)).toEqual(new Set([undefined, 'busy']))
    await expect(fixture.accounts.verifyCredentials('ana', PASSWORD)).resolves.toBeDefined()
  })
})

describe('a profile', () => {
  test('keeps what is left out, and drops an avatar that is set to null', async () => {
    const { id } = await register('ana@example.org', 'ana')
    await fixture.accounts.update(id, { avatarUrl: 'https://example.org/ana.png' })
    await fixture.accounts.update(id, { username: 'Ana' })
    await expect(fixture.accounts.get(id)).resolves.toMatchObject({
      username: 'Ana',
      email: 'ana@example.org',
      avatarUrl: 'https://example.org/ana.png',
    })
    await fixture.accounts.update(id, { avatarUrl: null })
    await expect(fixture.accounts.get(id)).resolves.toMatchObject({ username: 'Ana', avatarUrl: null })
  })

  test('cannot take the name of another account, and then stays as it was', async () => {
    const { id } = await register('ana@example.org', 'ana')
    await register('bob@example.org', 'bob')
    await expect(fixture.accounts.update(id, { email: 'new@example.org', username: 'BOB' })).rejects.toMatchObject({
      code: 'username-taken',
    })
    await expect(fixture.accounts.update(id, { email: 'Bob@example.org' })).rejects.toMatchObject({
      code: 'email-taken',
    })
    await expect(fixture.accounts.get(id)).resolves.toMatchObject({ email: 'ana@example.org', username: 'ana' })
  })

  test('of an account that is gone says so', async () => {
    const { id } = await register('ana@example.org', 'ana')
    await fixture.accounts.delete(id)
    await expect(fixture.accounts.get(id)).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(fixture.accounts.update(id, { username: 'x' })).rejects.toMatchObject({ code: 'unauthorized' })
  })
})

describe('changing a password', () => {
  const change = { currentPassword: PASSWORD, newPassword: 'Nueva456', sessionId: '' }

  test('takes those that the description prints', async () => {
    const { id } = await register('ana@example.org', 'ana', 'Vieja123')
    await fixture.accounts.changePassword(id, { ...change, currentPassword: 'Vieja123' })
    await expect(fixture.accounts.verifyCredentials('ana', 'Nueva456')).resolves.toBeDefined()
  })

  test('names everything that is wrong at once', async () => {
    const { id } = await register('ana@example.org', 'ana')
    const wrong = { ...change, currentPassword: 'x', newPassword: 'password1' }
    await expect(fixture.accounts.changePassword(id, wrong)).rejects.toMatchObject({
      code: 'invalid-request',
      fields: [{ pointer: '/current_password' }, { pointer: '/new_password' }],
    })
  })

  test('that was changed meanwhile fails, and the other change stays', async () => {
    const { id } = await register('ana@example.org', 'ana')
    const changes = ['Nueva456', 'Nueva789'].map((newPassword) =>
      fixture.accounts.changePassword(id, { ...change, newPassword }),
    )
    const results = await Promise.allSettled(changes)
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('that cannot be hashed for lack of room is refused as busy, and changes nothing', async () => {
    const { id } = await register('ana@example.org', 'ana')
    const attempts = Array.from({ length: 200 }, (_, index) =>
      fixture.accounts
        .changePassword(id, { ...change, sessionId: String(index), currentPassword: 'wrong' })
        .catch(({ code }) => code),
    )
    expect(new Set(await Promise.all(attempts))).toEqual(new Set(['invalid-request', 'busy']))
    await expect(fixture.accounts.verifyCredentials('ana', PASSWORD)).resolves.toBeDefined()
  })
})

test('deleting an account takes its sessions and devices with it, and leaves the others', async () => {
  const [ana, bob] = [await register('ana@example.org', 'ana'), await register('bob@example.org', 'bob')]
  for (const account of [ana, bob]) {
    const { tokens } = await fixture.sessions.logIn(account, {})
    await fixture.sessions.refresh(tokens.refreshToken)
  }
  await fixture.accounts.delete(ana.id)
  for (const table of ['sessions', 'devices']) {
    expect(await fixture.database.read(table)).toMatchObject([{ account_id: bob.id }])
  }
  expect(await fixture.database.read('refresh_ancestors')).toHaveLength(1)
  await expect(fixture.accounts.verifyCredentials('ana', PASSWORD)).resolves.toBeUndefined()
})

test("a deletion that broke off is finished later, and the account is nobody's meanwhile", async () => {
  const { database } = fixture
  const ana = await register('ana@example.org', 'ana')
  const { tokens } = await fixture.sessions.logIn(ana, {})
  const conversation = { id: 'c', owner_id: ana.id, model: 'eliza', message_count: 0, created_at: 0, updated_at: 0 }
  await database.write('conversations').insert(conversation)
  await database.write.schema.createTable('kept', (table) => table.text('id').references('conversations.id'))
  await database.write('kept').insert({ id: 'c' })

  await expect(fixture.accounts.delete(ana.id)).rejects.toThrow()
  for (const login of ['ana', ` ${ana.id} `]) {
    await expect(fixture.accounts.verifyCredentials(login, PASSWORD)).resolves.toBeUndefined()
  }
  await expect(fixture.sessions.refresh(tokens.refreshToken)).rejects.toMatchObject({ code: 'invalid-refresh-token' })
  await expect(fixture.accounts.update(ana.id, { username: 'anna' })).rejects.toMatchObject({ code: 'unauthorized' })
  const other = await register('ana@example.org', 'ana')

  // Whoever may still be at it is left alone.
  await fixture.accounts.sweep()
  expect(await database.read('accounts').pluck('id')).toHaveLength(2)
  fixture.clock.now += 11 * 60_000
  // One that cannot be deleted keeps no other.
  const carla = await register('carla@example.org', 'carla')
  await database.write('accounts').where({ id: carla.id }).update({ deleted_at: 1 })
  await expect(fixture.accounts.sweep()).rejects.toThrow()
  expect((await database.read('accounts').pluck('id')).sort()).toEqual([ana.id, other.id].sort())
  await database.write.schema.dropTable('kept')
  await fixture.accounts.sweep()
  expect(await database.read('accounts').pluck('id')).toEqual([other.id])
  expect(await database.read('conversations')).toEqual([])
})
