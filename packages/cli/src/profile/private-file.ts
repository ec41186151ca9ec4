import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CliError } from '../failure/cli-error.ts'
import { systemReason, unreadable } from '../failure/file-failure.ts'

/** The text of a file, or undefined if there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined
    throw unreadable(path, error)
  }
}

/** Puts a file in place whole or not at all, readable by its owner only. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const written = await writeBeside(path, text)
  try {
    await rename(written, path)
  } catch (error) {
    await rm(written, { force: true })
    throw unwritable(path, error)
  }
}

/** Makes a file unless there is one; gives the text that stands there then. Two processes at once agree on it. */
export async function createFile(path: string, text: string): Promise<string> {
  const written = await writeBeside(path, text)
  try {
    await link(written, path)
    return text
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw unwritable(path, error)
    return await readFile(path, 'utf8')
  } finally {
    await rm(written, { force: true })
  }
}

async function writeBeside(path: string, text: string): Promise<string> {
  const beside = `${path}.${randomUUID()}`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await using file = await open(beside, 'wx', 0o600)
    await file.writeFile(text)
    await file.sync()
    return beside
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw unwritable(path, error)
  }
}

/** In words for whoever can make room, or name another folder. */
function unwritable(path: string, error: unknown): CliError {
  const advice = 'XDG_CONFIG_HOME and XDG_STATE_HOME can name folders that can.'
  return new CliError('failed', `${path} cannot be written: ${systemReason(error)}. ${advice}`, { cause: error })
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
