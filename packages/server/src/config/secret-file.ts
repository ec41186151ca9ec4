import { randomBytes } from 'node:crypto'
import { chmod, link, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '../secret.ts'
import { MIN_SECRET_BYTES } from './values.ts'

/** The data folder's secret is no secret. */
export class SecretFileError extends Error {
  override name = 'SecretFileError'
}

/** The data folder's own secret. Made on the first start and kept: who replaces it signs everybody out. */
export async function loadSecret(dataDir: string): Promise<Secret> {
  const file = join(dataDir, 'secret')
  const text = (await readIfThere(file)) ?? (await create(file))
  if (Buffer.byteLength(text) < MIN_SECRET_BYTES) {
    throw new SecretFileError(
      `${file} holds less than ${MIN_SECRET_BYTES} bytes: bring it back from a backup, or delete it, which signs everybody out.`,
    )
  }
  await chmod(file, 0o600)
  return new Secret(text)
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Under another name first: a crash leaves no half of a secret, and `link` never overwrites one that came meanwhile. */
async function create(file: string): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await writeDurably(draft, randomBytes(48).toString('base64url'))
    await link(draft, file).catch(ignoreExisting)
    return (await readFile(file, 'utf8')).trim()
  } finally {
    await rm(draft, { force: true })
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'wx', 0o600)
  await handle.writeFile(text)
  await handle.sync()
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
}
