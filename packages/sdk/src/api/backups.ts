import { Backoff, pause } from '../transport/backoff.ts'
import type { FileBody, Upload } from '../transport/bytes.ts'
import { dataOf, unreadable } from '../transport/send.ts'
import { VektorError } from '../vektor-error.ts'
import type { Backup, BackupRequest, RestoreReport, RestoreRequest } from '../wire-types.ts'
import type { ApiClient } from './client.ts'

/** How to wait for a backup. */
export interface WaitOptions {
  /** Called with the backup as it is, each time that it was asked for. */
  onProgress?: ((backup: Backup) => void) | undefined
  /** Ends the waiting; the backup goes on. */
  signal?: AbortSignal | undefined
}

/** Which part of an archive to download. */
export interface DownloadOptions {
  /** How many bytes of it are there already. */
  from?: number | undefined
  /** The `ETag` of the download that broke off: the answer is the whole archive (200, not 206) if that is another one now. */
  etag?: string | undefined
  signal?: AbortSignal | undefined
}

/** The backups of the account. */
export interface Backups {
  /**
   * Begins a backup of all conversations and the preferences; `wait` tells when it is done. With `recipients`, public keys of
   * age, nobody but the owners of the matching identities can read it, not the server either. Without, those of the
   * preferences are taken; an empty list is for none.
   *
   * @throws VektorError `too-many-backups`, or `invalid-request` for a key that is none
   *
   * @example
   * ```ts
   * import { writeFile } from 'node:fs/promises'
   *
   * const { backup_id } = await vektor.backups.create()
   * await vektor.backups.wait(backup_id, { onProgress: ({ progress }) => show(`${Math.round(progress * 100)} %`) })
   * const { body } = await vektor.backups.download(backup_id)
   * if (body) await writeFile('vektor.tar.gz', body)
   * ```
   */
  create(request?: BackupRequest): Promise<Backup>
  /** Those that are kept, the newest first; those that are being made and those that failed too. */
  list(): Promise<Backup[]>
  /** @throws VektorError `backup-not-found` */
  get(backupId: string): Promise<Backup>
  /**
   * Deletes the backup and its archive for good. One that is being made is given up.
   *
   * @throws VektorError `backup-not-found`
   */
  delete(backupId: string): Promise<void>
  /**
   * Asks until the backup is complete. A server that is away for a moment is waited for as streams do.
   *
   * @throws VektorError `backup-failed`, which says why; `backup-not-found` if it was deleted meanwhile
   */
  wait(backupId: string, options?: WaitOptions): Promise<Backup>
  /**
   * The archive, as it comes. What broke off goes on where it stopped.
   *
   * @throws VektorError `backup-not-found`, or `backup-not-ready` while it is being made
   *
   * @example
   * ```ts
   * const { status, headers, body } = await vektor.backups.download(id, { from: 1_048_576 })
   * ```
   */
  download(backupId: string, options?: DownloadOptions): Promise<Response>
  /**
   * Takes an archive back in, of this account or of another one; it is verified before it is kept.
   *
   * @throws VektorError `archive-invalid`, `archive-too-new`, `backup-encrypted`, `payload-too-large` or `upload-running`
   *
   * @example
   * ```ts
   * import { openAsBlob } from 'node:fs'
   *
   * const { backup_id } = await vektor.backups.upload(await openAsBlob('vektor.tar.gz'))
   * await vektor.backups.restore({ backup_id })
   * ```
   */
  upload(archive: FileBody, options?: { signal?: AbortSignal | undefined }): Promise<Backup>
  /**
   * Has the server read the archive to its end.
   *
   * @throws VektorError `archive-invalid` if it could not be restored
   */
  verify(backupId: string): Promise<Backup>
  /**
   * Brings back what is in a backup: the last complete one, unless you name another. `merge`, which is meant unless you say
   * otherwise, never removes what came later; `replace` makes the account equal to the backup. With `dry_run` nothing is
   * changed, and `changes` tells what would be. Whoever leaves changes nothing: the server goes on to the end.
   *
   * @throws VektorError `backup-not-found`, `restore-running`, `archive-invalid`, `archive-too-new`, `backup-encrypted` or
   * `restore-too-large`
   *
   * @example
   * ```ts
   * const { restored, changes } = await vektor.backups.restore({ mode: 'replace', dry_run: true })
   * ```
   */
  restore(request?: RestoreRequest, options?: { signal?: AbortSignal | undefined }): Promise<RestoreReport>
}

const FIRST_LOOK_MS = 100
const LOOK_EVERY_MS = 2_000

export function createBackups(client: ApiClient, upload: Upload, patienceMs: number): Backups {
  const at = (backupId: string) => ({ path: { backup_id: backupId } })

  const get = (id: string, signal?: AbortSignal) =>
    dataOf(client.GET('/sync/backup/{backup_id}', { params: at(id), signal: signal ?? null }))

  return {
    create: (body = {}) => dataOf(client.POST('/sync/backup', { body })),
    list: () => dataOf(client.GET('/sync/backup')),
    get: (id) => get(id),
    delete: (id) => dataOf(client.DELETE('/sync/backup/{backup_id}', { params: at(id) })),
    async wait(id, { onProgress, signal } = {}) {
      const backoff = new Backoff(patienceMs, Number.POSITIVE_INFINITY)
      for (let delay = FIRST_LOOK_MS; ; await pause(delay, signal)) {
        try {
          const backup = await get(id, signal)
          backoff.reset()
          onProgress?.(backup)
          if (backup.status === 'completed') return backup
          if (backup.status === 'failed') throw new VektorError('backup-failed', backup.error ?? 'The backup failed.')
          delay = Math.min(delay * 1.5, LOOK_EVERY_MS)
        } catch (error) {
          if (!(error instanceof VektorError)) throw error
          delay = backoff.delayAfter(error)
        }
      }
    },
    async download(id, { from, etag, signal } = {}) {
      const header = { ...(from && { Range: `bytes=${from}-` }), ...(etag !== undefined && { 'If-Range': etag }) }
      const params = { ...at(id), header }
      const call = client.GET('/sync/backup/{backup_id}/content', { params, parseAs: 'stream', signal: signal ?? null })
      return (await call.catch(unreadable)).response
    },
    upload: async (archive, { signal } = {}) =>
      (await upload('/sync/backup/upload', archive, signal)).json().catch(unreadable),
    verify: (id) => dataOf(client.POST('/sync/backup/{backup_id}/verify', { params: at(id) })),
    restore: (body = {}, { signal } = {}) => dataOf(client.POST('/sync/restore', { body, signal: signal ?? null })),
  }
}
