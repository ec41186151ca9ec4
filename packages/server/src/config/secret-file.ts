import { randomBytes } from 'node:crypto'
import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPrivateFile } from '../private-file.ts'
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

async function create(file: string): Promise<string> {
  await createPrivateFile(file, randomBytes(48).toString('base64url'))
  return (await readFile(file, 'utf8')).trim()
}
