import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CliError } from '../failure/cli-error.ts'
import { systemReason } from '../failure/file-failure.ts'
import { neutralise } from '../output/neutralise.ts'
import { PacedOutput } from '../output/paced-output.ts'

type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

export interface WriteOptions {
  /** Nor does it get lost when the power goes a moment later: for what may be the only copy. */
  isDurable?: boolean
}

/** Puts a file in place whole or not at all, readable by its owner only: it holds what somebody said. */
export async function writeWhole(
  path: string,
  pieces: Pieces,
  { isDurable = false }: WriteOptions = {},
): Promise<void> {
  const draft = `${path}.${randomUUID()}.part`
  const file = await open(draft, 'wx', 0o600).catch((error: unknown) => {
    throw unwritable(path, error)
  })
  try {
    for await (const piece of pieces) await file.writeFile(piece).catch((error: unknown) => fail(path, error))
    if (isDurable) await file.sync().catch((error: unknown) => fail(path, error))
    await file.close()
    await rename(draft, path).catch((error: unknown) => fail(path, error))
    if (isDurable) await syncFolder(dirname(path))
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(draft, { force: true })
    throw error
  }
}

/** A name is part of its folder. Not every system lets one be opened. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path).catch(() => undefined)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}

/** To standard output, at the pace of whoever reads it; on a terminal without what it would obey. */
export async function printAll(pieces: Pieces): Promise<void> {
  const output = new PacedOutput(process.stdout)
  const decoder = new TextDecoder()
  for await (const piece of pieces) {
    if (output.isClosed) return
    const text = decoder.decode(piece, { stream: true })
    await output.write(process.stdout.isTTY ? neutralise(text) : text)
  }
  await output.endLine()
}

export function unwritable(path: string, error: unknown): CliError {
  return new CliError('failed', `${path} cannot be written: ${systemReason(error)}.`, { cause: error })
}

function fail(path: string, error: unknown): never {
  throw unwritable(path, error)
}
