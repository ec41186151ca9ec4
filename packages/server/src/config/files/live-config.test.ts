import { appendFile, mkdir, mkdtemp, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../../test/support/http-fixture.ts'
import { ConfigFileError } from './config-file-error.ts'
import { ConfigFolder } from './config-folder.ts'
import { ConfigReader } from './config-reader.ts'
import type { LiveConfig } from './live-config.ts'

interface Event {
  msg: string
  config: string
  faults?: string[]
}

let folder: string
let file: string
let events: Event[]
let live: LiveConfig<unknown> | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-config-'))
  file = join(folder, 'one.json')
  events = []
})
afterEach(async () => {
  await live?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** What `one.json` says. */
async function open(path = folder): Promise<LiveConfig<unknown>> {
  const log = pino({}, { write: (line: string) => events.push(JSON.parse(line)) })
  live = await new ConfigFolder({ path, environment: {}, log }).open<unknown>({
    name: 'test',
    async load(reading) {
      const reader = await reading.read('one.json', '[1]')
      if (!(reader instanceof ConfigReader)) return { faults: [{ path: 'one.json', detail: `It ${reader.problem}` }] }
      return reader.faults.length > 0 ? { faults: reader.faults } : { value: reader.document?.value, faults: [] }
    },
    describe: () => ({}),
  })
  return live
}

const reported = () => events.map(({ msg }) => msg)
/** Within a second, and some more: the machine has other things to do. */
const becomes = (value: unknown) => until(() => JSON.stringify(live?.current) === JSON.stringify(value), 5_000)

const edits: [how: string, edit: () => Promise<void>][] = [
  ['written in its place', () => writeFile(file, '2')],
  [
    'written elsewhere and renamed over it',
    async () => {
      await writeFile(`${file}.new`, '2')
      await rename(`${file}.new`, file)
    },
  ],
  [
    'renamed away, then written anew',
    async () => {
      await rename(file, `${file}~`)
      await writeFile(file, '2')
    },
  ],
  [
    'emptied, then written bit by bit',
    async () => {
      await truncate(file)
      await appendFile(file, ' ')
      await appendFile(file, '2')
    },
  ],
  [
    'replaced by one that is as long and as old',
    async () => {
      await writeFile(`${file}.new`, '2')
      await utimes(`${file}.new`, 1, 1)
      await rename(`${file}.new`, file)
    },
  ],
]

test.each(edits)('a change by hand takes hold without a restart: %s', async (_, edit) => {
  await writeFile(file, '1')
  await utimes(file, 1, 1)
  const { current } = await open()
  expect(current).toBe(1)
  await edit()
  await becomes(2)
  expect(reported()).toEqual(['config-loaded', 'config-reloaded'])
})

test('a folder that is a link, turned to another release of the files, is noticed', async () => {
  for (const release of ['a', 'b']) {
    await mkdir(join(folder, release))
    await writeFile(join(folder, release, 'one.json'), JSON.stringify(release))
  }
  const link = join(folder, 'current')
  await symlink('a', link)
  await open(link)
  await symlink('b', `${link}.new`)
  await rename(`${link}.new`, link)
  await becomes('b')
})

test('a broken file leaves the last good one in force, is reported once with file and line, and again when it is repaired', async () => {
  await writeFile(file, '[1]')
  await open()
  await writeFile(file, '[1,\n2,\n]')
  await until(() => reported().includes('config-broken'))
  const looks = 4
  await delay(looks * 300)
  expect(reported()).toEqual(['config-loaded', 'config-broken'])
  expect(events[1]?.faults).toEqual([expect.stringContaining(`${file}:3: `)])
  expect(live?.current).toEqual([1])
  await writeFile(file, '[1, 2]')
  await becomes([1, 2])
  expect(reported()).toEqual(['config-loaded', 'config-broken', 'config-repaired'])
})

test('each change of a broken file is reported, and one that is gone is broken', async () => {
  await writeFile(file, '1')
  await open()
  const faults = () => events.flatMap((event) => event.faults ?? [])
  await writeFile(file, '{')
  await until(() => faults().length === 1)
  await writeFile(file, '\n{')
  await until(() => faults().length === 2)
  await rm(file)
  await until(() => faults().length === 3)
  expect(faults()[2]).toBe(`${file}: It is not there.`)
  expect(live?.current).toBe(1)
})

test('a file that is whole again by the next look was not finished, and nothing is said of it', async () => {
  await writeFile(file, '1')
  await open()
  // Each time one look at most can fall into what is unfinished, and of so many times some do.
  for (let round = 0; round < 10; round += 1) {
    await writeFile(file, '{')
    await delay(150)
    await writeFile(file, '1')
  }
  await writeFile(file, '2')
  await becomes(2)
  expect(reported()).not.toContain('config-broken')
})

test('a file that was only touched changes nothing', async () => {
  await writeFile(file, '{"a": 1}')
  const { current } = await open()
  await utimes(file, 5, 5)
  await live?.refresh()
  expect(live?.current).toBe(current)
  expect(reported()).toEqual(['config-loaded'])
})

test('who has written something finds it at once', async () => {
  await writeFile(file, '1')
  await open()
  await writeFile(file, '2')
  await live?.refresh()
  expect(live?.current).toBe(2)
})

test('no server starts with a file that is broken', async () => {
  await writeFile(file, '[\n"cnry-8f0e\n]')
  const failure = await open().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ConfigFileError)
  expect(failure).toMatchObject({ faults: [expect.stringMatching(/one\.json:2: (?!.*cnry)/)] })
})

test('what is closed looks no more', async () => {
  await writeFile(file, '1')
  await using closed = await open()
  await closed[Symbol.asyncDispose]()
  await writeFile(file, '2')
  await delay(700)
  expect(closed.current).toBe(1)
})
