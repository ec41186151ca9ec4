import { openAsBlob } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import { CliError } from '../failure/cli-error.ts'
import { unreadable } from '../failure/file-failure.ts'
import { type Bytes, toStream } from './to-stream.ts'

/** A file to send, or standard input for `-`: it is read as it is sent. */
export async function openUpload(path: string, stdin: NodeJS.ReadStream): Promise<Blob | ReadableStream<Bytes>> {
  if (path !== '-') return openFile(path)
  if (stdin.isTTY) throw new CliError('usage', 'Name a file, or send one to standard input.')
  return toStream(stdin[Symbol.asyncIterator]())
}

async function openFile(path: string): Promise<Blob> {
  try {
    await access(path, constants.R_OK)
    if ((await stat(path)).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    return await openAsBlob(path)
  } catch (error) {
    throw unreadable(path, error)
  }
}
