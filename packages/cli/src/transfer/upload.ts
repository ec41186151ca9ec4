import { openAsBlob } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { FileBody } from '@vektor/sdk'
import { CliError } from '../failure/cli-error.ts'
import { unreadable } from '../failure/file-failure.ts'

/** A file to send, or standard input for `-`: it is read as it is sent. */
export async function openUpload(path: string, stdin: NodeJS.ReadStream): Promise<FileBody> {
  if (path !== '-') return openFile(path)
  if (stdin.isTTY) throw new CliError('usage', 'Name a file, or send one to standard input.')
  // Web streams of Node and of browsers are the same, and their types are two.
  return new ReadableStream(iterate(stdin))
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

function iterate(stdin: Readable): UnderlyingDefaultSource<Uint8Array> {
  const pieces = stdin[Symbol.asyncIterator]()
  return {
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  }
}
