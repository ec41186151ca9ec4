import { readFile } from 'node:fs/promises'
import { Flags } from '@oclif/core'
import type { DecryptKeys } from '@vektor/sdk/archive'
import { CliError } from '../failure/cli-error.ts'
import { unreadable } from '../failure/file-failure.ts'

/** Of commands that read archives. */
export const keyFlags = {
  identity: Flags.string({
    char: 'i',
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
    description: 'A file with identities of age, as age-keygen writes it; may be repeated.',
  }),
  'passphrase-file': Flags.string({
    helpValue: 'FILE',
    description: 'A file whose first line is the passphrase that the archive was encrypted with.',
  }),
}

export interface KeyFlags {
  identity?: string[] | undefined
  'passphrase-file'?: string | undefined
}

export function hasKeys(flags: KeyFlags): boolean {
  return flags.identity !== undefined || flags['passphrase-file'] !== undefined
}

export async function readKeys({ identity = [], 'passphrase-file': file }: KeyFlags): Promise<DecryptKeys> {
  const identities = await Promise.all(identity.map(readIdentities))
  return { identities: identities.flat(), ...(file !== undefined && { passphrase: await readPassphrase(file) }) }
}

export async function readPassphrase(path: string): Promise<string> {
  const [passphrase = ''] = await readLines(path)
  if (passphrase === '') throw new CliError('failed', `${path} has no passphrase in its first line.`)
  return passphrase
}

/** Nothing of the file is repeated, whatever is wrong: it holds secrets. */
async function readIdentities(path: string): Promise<string[]> {
  const lines = (await readLines(path))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (lines.length > 0 && lines.every((line) => line.startsWith('AGE-SECRET-KEY-'))) return lines
  throw new CliError('failed', `${path} holds no identities of age, which begin with AGE-SECRET-KEY-1.`)
}

async function readLines(path: string): Promise<string[]> {
  try {
    return (await readFile(path, 'utf8')).split(/\r?\n/)
  } catch (error) {
    throw unreadable(path, error)
  }
}
