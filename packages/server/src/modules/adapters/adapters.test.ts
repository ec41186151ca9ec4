import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../../test/support/http-fixture.ts'
import { ConfigFolder } from '../../config/files/config-folder.ts'
import { AdapterService } from './index.ts'

const CANARY = 'cnry-c5d2'

let folder: string
let logged: string[]
let opened: AdapterService[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-adapters-'))
  logged = []
  opened = []
})
afterEach(async () => {
  for (const adapters of opened) await adapters[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function open(): Promise<AdapterService> {
  const log = pino({}, { write: (line) => logged.push(line) })
  const adapters = await AdapterService.open(new ConfigFolder({ path: folder, environment: { KEY: CANARY }, log }))
  opened.push(adapters)
  return adapters
}

const fileOf = (name: string) => join(folder, 'app', `${name}.json`)
const stored = async (name: string): Promise<unknown> => JSON.parse(await readFile(fileOf(name), 'utf8'))

async function writeByHand(name: string, content: unknown): Promise<void> {
  await mkdir(join(folder, 'app'), { recursive: true })
  await writeFile(fileOf(name), typeof content === 'string' ? content : JSON.stringify(content, null, 2))
}

test('an adapter is one file with the settings as they were sent, which is the administrator’s alone', async () => {
  const adapters = await open()
  const settings = { type: 'webhook', token: CANARY, deep: [{ url: `\${KEY}` }] }
  await adapters.save({ name: 'one', settings })
  expect(await stored('one')).toEqual(settings)
  expect((await stat(fileOf('one'))).mode & 0o777).toBe(0o600)
  expect((await stat(join(folder, 'app'))).mode & 0o077).toBe(0)
  expect(await readdir(join(folder, 'app'))).toEqual(['one.json'])
})

test('what is stored outlives the server, and its secrets are shown to nobody', async () => {
  await (await open()).save({ name: 'one', settings: { type: 'slack', token: CANARY, key: `\${KEY}` } })
  const [adapter] = await (await open()).list()
  expect(adapter).toEqual({ name: 'one', settings: { type: 'slack', token: '[secret]', key: `\${KEY}` } })
  expect(logged.join('')).not.toContain(CANARY)
})

test('a secret that is sent as it is shown stays, another replaces it', async () => {
  const adapters = await open()
  await adapters.save({ name: 'one', settings: { token: CANARY, channel: 'a' } })
  const { settings } = await adapters.get('one')
  await adapters.save({ name: 'one', settings: { ...settings, channel: 'b' } })
  expect(await stored('one')).toEqual({ token: CANARY, channel: 'b' })
  await adapters.save({ name: 'one', settings: { token: 'new' } })
  expect(await stored('one')).toEqual({ token: 'new' })
  const orphan = adapters.save({ name: 'two', settings })
  await expect(orphan).rejects.toMatchObject({ code: 'invalid-request', fields: [{ pointer: '/settings/token' }] })
  await expect(adapters.get('two')).rejects.toMatchObject({ code: 'adapter-not-found' })
})

test('an entry that is removed from a list takes its secret along, and leaves the others theirs', async () => {
  const adapters = await open()
  const recipients = ['ana', 'bob'].map((name) => ({ name, token: `${CANARY}-${name}` }))
  await adapters.save({ name: 'one', settings: { recipients } })
  const [, bob] = Object((await adapters.get('one')).settings).recipients
  await adapters.save({ name: 'one', settings: { recipients: [bob] } })
  expect(await stored('one')).toEqual({ recipients: [recipients[1]] })
  const renamed = adapters.save({ name: 'one', settings: { recipients: [{ ...bob, name: 'eve' }] } })
  await expect(renamed).rejects.toMatchObject({ fields: [{ pointer: '/settings/recipients/0/token' }] })
})

test('adapters are listed by name, and one that was deleted is gone', async () => {
  const adapters = await open()
  for (const name of ['b', 'a', 'c']) await adapters.save({ name, settings: {} })
  await adapters.delete('b')
  expect((await adapters.list()).map(({ name }) => name)).toEqual(['a', 'c'])
  expect(await readdir(join(folder, 'app'))).toEqual(['a.json', 'c.json'])
  await expect(adapters.delete('b')).rejects.toMatchObject({ code: 'adapter-not-found' })
})

test('settings over the limit are refused, and those that are there stay', async () => {
  const adapters = await open()
  await adapters.save({ name: 'one', settings: { a: 1 } })
  const tooLarge = adapters.save({ name: 'one', settings: { a: 'ñ'.repeat(33_000) } })
  await expect(tooLarge).rejects.toMatchObject({ code: 'payload-too-large' })
  expect(await stored('one')).toEqual({ a: 1 })
  await adapters.save({ name: 'one', settings: { a: 'n'.repeat(65_000) } })
})

test('of many writers at once, in several servers, one wins, and its file is whole at every moment', async () => {
  const servers = [await open(), await open(), await open()]
  await servers[0]?.save({ name: 'one', settings: { writer: -1, filler: 'x'.repeat(20_000) } })
  let isOver = false
  const seen = new Set<unknown>()
  const watching = (async () => {
    while (!isOver) seen.add(Object(await stored('one')).writer)
  })()
  const writing = servers.flatMap((server, index) =>
    Array.from({ length: 20 }, (_, round) =>
      server.save({ name: 'one', settings: { writer: index * 20 + round, filler: String(round).repeat(20_000) } }),
    ),
  )
  await Promise.all(writing)
  isOver = true
  await watching
  const { writer, filler } = Object(await stored('one'))
  expect(filler).toBe(String(writer % 20).repeat(20_000))
  expect(seen.size).toBeGreaterThan(1)
  expect(await readdir(join(folder, 'app'))).toEqual(['one.json'])
})

test('a name that would lead elsewhere never comes near a path', async () => {
  const adapters = await open()
  for (const name of ['../x', '..%2fx', 'a\0b', '.', '..', '', 'x'.repeat(300), 'UP', '-a', 'a/b', 'a\n']) {
    await expect(adapters.save({ name, settings: {} })).rejects.toThrow(TypeError)
    await expect(adapters.get(name)).rejects.toMatchObject({ code: 'adapter-not-found' })
    await expect(adapters.delete(name)).rejects.toMatchObject({ code: 'adapter-not-found' })
  }
  expect(await readdir(folder, { recursive: true })).toEqual([])
})

test('a file that was written by hand is there at once, one that is broken keeps what held, the others go on', async () => {
  await writeByHand('hand', { a: 1 })
  const adapters = await open()
  await writeByHand('hand', '{\n"a": }')
  await writeByHand('other', { b: 1 })
  expect(await adapters.list()).toEqual([
    { name: 'hand', settings: { a: 1 } },
    { name: 'other', settings: { b: 1 } },
  ])
  expect(logged.at(-1)).toMatch(/config-broken/)
  expect(logged.at(-1)).toMatch(/hand\.json:2: .*such as \{\\"type\\": \\"webhook\\"\}/)
  await adapters.save({ name: 'hand', settings: { a: 2 } })
  expect(logged.at(-1)).toMatch(/config-repaired/)
})

test('what an editor keeps beside a file is no adapter', async () => {
  await writeByHand('hand', { a: 1 })
  const adapters = await open()
  await symlink('ana@laptop.123', join(folder, 'app', '.#hand.json'))
  for (const file of ['hand.json~', '.hand.json.swp', '#hand.json#', '4913', 'hand.json.0a1b2c']) {
    await writeFile(join(folder, 'app', file), '{')
  }
  expect(await adapters.list()).toHaveLength(1)
  expect(logged.join('')).not.toContain('config-broken')
})

test('a file whose name is none of an adapter is reported, and so is a link that leads out', async () => {
  const adapters = await open()
  await writeByHand('My Slack', {})
  await until(() => logged.some((line) => line.includes('rename the file')))
  await rename(fileOf('My Slack'), join(folder, 'elsewhere.json'))
  await symlink('/etc/hostname', fileOf('out'))
  await until(() => logged.some((line) => line.includes('leads out of the config folder')))
  expect(await adapters.list()).toEqual([])
})

test('no server starts with an adapter that is broken', async () => {
  await writeByHand('hand', `[\n"${CANARY}"]`)
  await expect(open()).rejects.toThrow(/hand\.json:1: Here an object is expected(?!.*cnry)/)
})

test('saving over a link replaces the link, and not what it leads to', async () => {
  const adapters = await open()
  await mkdir(join(folder, 'app'))
  const target = join(folder, 'target')
  await writeFile(target, 'mine')
  await symlink(target, fileOf('one'))
  await adapters.save({ name: 'one', settings: {} })
  expect(await readFile(target, 'utf8')).toBe('mine')
  expect(await stored('one')).toEqual({})
})

test('a folder that is read-only is read, and says so to whoever wants to write', async () => {
  await writeByHand('one', { a: 1 })
  const adapters = await open()
  await asSomebodyWhoMayOnlyRead(async () => {
    const code = { code: 'config-read-only', message: expect.stringMatching(/EACCES/) }
    await expect(adapters.save({ name: 'two', settings: {} })).rejects.toMatchObject(code)
    await expect(adapters.save({ name: 'one', settings: {} })).rejects.toMatchObject(code)
    await expect(adapters.delete('one')).rejects.toMatchObject(code)
    expect(await adapters.list()).toEqual([{ name: 'one', settings: { a: 1 } }])
  })
  expect(await readdir(join(folder, 'app'))).toEqual(['one.json'])
  await adapters.save({ name: 'two', settings: {} })
})

test('a file where the folder of the adapters should be is no failure of the server', async () => {
  const adapters = await open()
  await writeFile(join(folder, 'app'), '')
  await expect(adapters.save({ name: 'one', settings: {} })).rejects.toMatchObject({ code: 'config-read-only' })
})

const NOBODY = 65_534

/** Takes the right to write from this process for a while: root has it whatever the mode of a folder says. */
async function asSomebodyWhoMayOnlyRead(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) for (const path of [folder, join(folder, 'app'), fileOf('one')]) await chown(path, NOBODY, NOBODY)
  await chmod(join(folder, 'app'), 0o500)
  if (isRoot) process.seteuid?.(NOBODY)
  try {
    await work()
  } finally {
    if (isRoot) process.seteuid?.(0)
    await chmod(join(folder, 'app'), 0o700)
  }
}
