import { stat } from 'node:fs/promises'
import { Args } from '@oclif/core'
import type { Backup } from '@vektor/sdk'
import type { VerifiedArchive } from '@vektor/sdk/archive'
import { working } from '../../backup/backup-work.ts'
import { downloadArchive } from '../../backup/download-archive.ts'
import { hasKeys, type KeyFlags, keyFlags } from '../../backup/keys.ts'
import { decrypted, openArchive, type ReadOptions } from '../../backup/open-archive.ts'
import { BaseCommand, type GlobalFlags } from '../../base-command.ts'
import { count } from '../../output/count.ts'
import { localTime } from '../../output/local-time.ts'
import { type Bytes, toStream } from '../../transfer/to-stream.ts'

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export default class SyncVerify extends BaseCommand {
  static override summary = 'Check that a backup is whole, and could be restored.'
  static override description =
    'A file is read here: that takes no server and no sign-in. A backup is read on the server; of one that is encrypted the server knows the checksum only, but with --identity it is read here.'
  static override examples = [
    '<%= config.bin %> sync verify vektor.tar.gz',
    '<%= config.bin %> sync verify vektor.tar.gz.age --identity key.txt',
    '<%= config.bin %> sync verify 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a',
  ]
  static override args = {
    archive: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'A file, or the id of a backup; - is standard input.',
    }),
  }
  static override flags = keyFlags

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SyncVerify)
    if (!ID.test(args.archive) || (await isThere(args.archive))) return this.#verifyFile(flags, args.archive)
    const { client } = await this.connectSignedIn(flags)
    if (!hasKeys(flags)) {
      const verified = await client.backups.verify(args.archive)
      return this.#report(flags, verified, !verified.encrypted)
    }
    const backup = await client.backups.get(args.archive)
    await this.#readThrough(flags, async (options) => toStream(downloadArchive(client, backup, options)))
    this.#report(flags, backup, true)
  }

  async #verifyFile(flags: GlobalFlags & KeyFlags, path: string): Promise<void> {
    this.#report(flags, await this.#readThrough(flags, (options) => openArchive(path, options)), true)
  }

  #readThrough(
    flags: GlobalFlags & KeyFlags,
    open: (options: ReadOptions) => Promise<ReadableStream<Bytes>>,
  ): Promise<VerifiedArchive> {
    return working(flags, async ({ show, signal }) => {
      const { verifyArchive } = await import('@vektor/sdk/archive')
      const archive = await open({ signal, onProgress: (fraction) => show('Verifying', fraction) })
      return verifyArchive(await decrypted(archive, flags))
    })
  }

  #report(flags: GlobalFlags, verified: Backup | VerifiedArchive, isReadThrough: boolean): void {
    const { counts, created_at } = verified
    const holds = `${count(counts.conversations, 'conversation')}, ${count(counts.messages, 'message')}`
    const how = isReadThrough
      ? 'The archive is whole'
      : 'The checksum is right (--identity looks into what is encrypted)'
    this.print(flags, verified, [`${how}: ${holds}, of ${localTime(created_at)}.`])
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
