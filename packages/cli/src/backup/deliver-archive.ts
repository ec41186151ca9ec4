import { join } from 'node:path'
import type { Backup, Vektor } from '@vektor/sdk'
import { CliError } from '../failure/cli-error.ts'
import { isFolder } from '../transfer/is-folder.ts'
import { toStream } from '../transfer/to-stream.ts'
import { writeWhole } from '../transfer/write-whole.ts'
import { type DownloadOptions, downloadArchive } from './download-archive.ts'

export interface DeliveryOptions extends DownloadOptions {
  /** A file, a folder that is there, or `-` for standard output. */
  output: string
  /** Encrypts it on its way: what is not encrypted never touches the disk. */
  passphrase?: string | undefined
}

/** An archive on a terminal is of no use to anybody, and standard output is one thing or the other. */
export function checkOutput({ output, json }: { output?: string | undefined; json: boolean }): void {
  if (output !== '-') return
  if (json) throw new CliError('usage', '--output - and --json exclude each other.')
  if (process.stdout.isTTY) throw new CliError('usage', 'An archive is nothing for a terminal: name a file.')
}

/** Puts the archive of a backup where it is wanted, whole or not at all. Gives the path of the file, if it is one. */
export async function deliverArchive(
  client: Pick<Vektor, 'backups'>,
  backup: Backup,
  options: DeliveryOptions,
): Promise<string | undefined> {
  const { output, passphrase } = options
  const archive = downloadArchive(client, backup, options)
  const pieces = passphrase === undefined ? archive : await encrypted(archive, passphrase)
  if (output === '-') {
    await printPieces(pieces)
    return undefined
  }
  const isSealed = backup.encrypted || passphrase !== undefined
  const path = (await isFolder(output)) ? join(output, fileNameOf(backup, isSealed)) : output
  await writeWhole(path, pieces, { isDurable: true })
  return path
}

async function encrypted(archive: AsyncGenerator<Uint8Array<ArrayBuffer>>, passphrase: string) {
  const { encryptArchive } = await import('@vektor/sdk/archive')
  return encryptArchive(toStream(archive), { passphrase })
}

/** The name that the server gives it too, in an order that sorts. */
function fileNameOf({ created_at }: Backup, isEncrypted: boolean): string {
  const time = new Date(created_at).toISOString().slice(0, 19).replaceAll(':', '-')
  return `vektor-${time}Z.tar.gz${isEncrypted ? '.age' : ''}`
}

/** At the pace of whoever reads; one who leaves has not got it. */
async function printPieces(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) {
    const failure = await new Promise<unknown>((resolve) => process.stdout.write(piece, resolve))
    if (failure) throw notRead(failure)
  }
}

function notRead(cause: unknown): CliError {
  return new CliError('failed', 'Nobody read the archive to its end on standard output.', { cause })
}
