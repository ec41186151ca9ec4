import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadSecret, SecretFileError } from './secret-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-secret-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('is made once, of at least 32 bytes, for its owner alone', async () => {
  const secret = await loadSecret(folder)
  expect(Buffer.byteLength(secret.reveal())).toBeGreaterThanOrEqual(32)
  expect((await loadSecret(folder)).reveal()).toBe(secret.reveal())
  expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['secret'])
})

test('is one, however many start at once on a new folder', async () => {
  const secrets = await Promise.all(Array.from({ length: 20 }, () => loadSecret(folder)))
  expect(new Set(secrets.map((secret) => secret.reveal())).size).toBe(1)
  expect(await readdir(folder)).toEqual(['secret'])
})

test('differs from folder to folder', async () => {
  await using other = await temporaryFolder()
  expect((await loadSecret(folder)).reveal()).not.toBe((await loadSecret(other.path)).reveal())
})

test('is taken as an operator wrote it, the last line break aside, and closed to others', async () => {
  await writeFile(join(folder, 'secret'), `${'x'.repeat(40)}\n`)
  await chmod(join(folder, 'secret'), 0o644)
  expect((await loadSecret(folder)).reveal()).toBe('x'.repeat(40))
  expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600)
})

test.each(['', '\n', 'x'.repeat(31)])('is not replaced when it is damaged: the server says so', async (text) => {
  await writeFile(join(folder, 'secret'), text)
  await expect(loadSecret(folder)).rejects.toThrow(SecretFileError)
})

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'vektor-secret-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}
