import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Backup, type Vektor, VektorError } from '@vektor/sdk'
import { CliError } from '../failure/cli-error.ts'
import type { Bytes } from '../transfer/to-stream.ts'

export interface DownloadOptions {
  signal: AbortSignal
  /** How much of it is there, from 0 to 1. */
  onProgress(fraction: number): void
}

/** In a row, without a byte between them. */
const MOST_FAILURES = 8
const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 10_000

/**
 * The archive of a backup, as it comes. A connection that breaks is made again and goes on at the next byte. Whether all of it
 * is what the server has, by its SHA-256, is known at the end.
 */
export async function* downloadArchive(
  { backups }: Pick<Vektor, 'backups'>,
  backup: Backup,
  { signal, onProgress }: DownloadOptions,
): AsyncGenerator<Bytes, void> {
  const { backup_id: id, sha256, size = 0 } = backup
  const hash = createHash('sha256')
  let received = 0
  let failures = 0
  let etag: string | undefined
  do {
    let failure: unknown
    try {
      const response = await backups.download(id, { from: received, etag, signal })
      if (received > 0 && response.status !== 206) throw isAnother()
      etag = response.headers.get('etag') ?? undefined
      for await (const piece of response.body ?? []) {
        failures = 0
        received += piece.length
        hash.update(piece)
        onProgress(received / size)
        yield piece
      }
    } catch (error) {
      if (signal.aborted || !isTemporary(error)) throw error
      failure = error
    }
    if (received < size) await pauseAfter(++failures, failure, signal)
  } while (received < size)
  if (hash.digest('hex') !== sha256) throw isDamaged()
}

/** Longer after each failure; throws what it was when there were too many. */
async function pauseAfter(failures: number, failure: unknown, signal: AbortSignal): Promise<void> {
  if (failures <= MOST_FAILURES) {
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1))
    await delay(ceiling * (0.5 + Math.random() / 2), undefined, { signal })
    return
  }
  if (failure instanceof VektorError) throw failure
  throw new VektorError('network', 'The download broke off again and again.', { cause: failure })
}

/** What reading a body throws is no error of the SDK: the connection broke. */
function isTemporary(error: unknown): boolean {
  if (error instanceof CliError) return false
  return !(error instanceof VektorError) || error.code === 'network' || (error.status ?? 0) >= 502
}

function isAnother(): CliError {
  return new CliError('failed', 'The archive on the server is another one now: start again.')
}

function isDamaged(): CliError {
  return new CliError('failed', 'What came is not what the server has, by its SHA-256: nothing of it is kept.')
}
