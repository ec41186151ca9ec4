import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { credentialFile } from './credential-file.ts'
import { thisDevice } from './device.ts'
import { type Folders, folders } from './folders.ts'
import { replaceFile } from './private-file.ts'
import { ProfileFile } from './profiles.ts'

let where: Folders

beforeEach(async () => {
  const home = await mkdtemp(join(tmpdir(), 'vektor-profile-'))
  where = { config: join(home, 'config'), state: join(home, 'state') }
})

afterEach(async () => {
  await rm(join(where.config, '..'), { recursive: true })
})

test('files are where the system has its place for them', () => {
  const home = { HOME: '/home/ana' }
  expect(folders(home, 'linux')).toEqual({ config: '/home/ana/.config/vektor', state: '/home/ana/.local/state/vektor' })
  const xdg = { ...home, XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: 'relative' }
  expect(folders(xdg, 'linux')).toEqual({ config: '/c/vektor', state: '/home/ana/.local/state/vektor' })
  expect(folders({ ...home, APPDATA: '/roaming', LOCALAPPDATA: '/local' }, 'win32')).toEqual({
    config: '/roaming/vektor',
    state: '/local/vektor',
  })
})

test('the device has one id, whoever asks first', async () => {
  const devices = await Promise.all(Array.from({ length: 20 }, () => thisDevice(where)))
  expect(new Set(devices.map((device) => device.id)).size).toBe(1)
  expect((await thisDevice(where)).id).toBe(devices[0]?.id)
})

test('credentials of different servers and profiles are kept apart', async () => {
  const credentials = { access_token: 'a', refresh_token: 'r', expires_at: 1, refresh_expires_at: 2 }
  await credentialFile(where, 'default', 'http://one').set(credentials)
  expect(await credentialFile(where, 'default', 'http://one').get()).toEqual(credentials)
  expect(await credentialFile(where, 'default', 'http://two').get()).toBeUndefined()
  expect(await credentialFile(where, 'work', 'http://one').get()).toBeUndefined()
})

test('damaged credentials are as good as none', async () => {
  const store = credentialFile(where, 'default', 'http://one')
  await store.set({ access_token: 'a', refresh_token: 'r', expires_at: 1, refresh_expires_at: 2 })
  await writeFile(join(where.state, 'credentials/default/http%3A%2F%2Fone.json'), '{"access_token":')
  expect(await store.get()).toBeUndefined()
})

test('a file is replaced whole, and only its owner can read it', async () => {
  const path = join(where.state, 'file')
  await replaceFile(path, 'old')
  await Promise.all(Array.from({ length: 20 }, (_, index) => replaceFile(path, String(index).repeat(1000))))
  expect((await readFile(path, 'utf8')).length % 1000).toBe(0)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('what somebody wrote into profiles.json stays', async () => {
  const file = new ProfileFile(where)
  await file.update('default', { url: 'http://one' })
  await writeFile(join(where.config, 'profiles.json'), '{"default":{"url":"http://one","model":"eliza"},"work":{}}')
  await file.update('default', { username: 'ana' })
  expect(await file.get('default')).toEqual({ url: 'http://one', model: 'eliza', username: 'ana' })
})

test('profiles.json that cannot be read is told, and not overwritten', async () => {
  const file = new ProfileFile(where)
  await file.update('default', {})
  await writeFile(join(where.config, 'profiles.json'), '{oops')
  await expect(file.update('default', {})).rejects.toThrow('profiles.json')
  expect(await readFile(join(where.config, 'profiles.json'), 'utf8')).toBe('{oops')
})
