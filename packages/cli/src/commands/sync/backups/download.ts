import { Args, Flags } from '@oclif/core'
import { working } from '../../../backup/backup-work.ts'
import { checkOutput, deliverArchive } from '../../../backup/deliver-archive.ts'
import { savedSentence } from '../../../backup/saved-sentence.ts'
import { BaseCommand } from '../../../base-command.ts'

export default class SyncBackupsDownload extends BaseCommand {
  static override summary = 'Download a backup, as the server keeps it.'
  static override description =
    'A connection that breaks is made again, and goes on where it was. The file is there once it is whole, and checked by its SHA-256.'
  static override examples = [
    '<%= config.bin %> sync backups download 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a --output vektor.tar.gz',
    '<%= config.bin %> sync backups download 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a --output - | tar -tzv',
  ]
  static override args = { id: Args.string({ required: true, description: 'The backup.' }) }
  static override flags = {
    output: Flags.string({
      char: 'o',
      required: true,
      helpValue: 'FILE|FOLDER|-',
      description: 'Where to write it; - is standard output.',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SyncBackupsDownload)
    const { output } = flags
    checkOutput(flags)
    const { client } = await this.connectSignedIn(flags)
    const backup = await client.backups.get(args.id)
    const path = await working(flags, ({ show, signal }) =>
      deliverArchive(client, backup, { output, signal, onProgress: (fraction) => show('Downloading', fraction) }),
    )
    if (flags.json) this.print(flags, backup, [])
    this.tell(flags, savedSentence(backup, path, false))
  }
}
