import { Args } from '@oclif/core'
import { working } from '../../../backup/backup-work.ts'
import { keyFlags } from '../../../backup/keys.ts'
import { uploadArchive } from '../../../backup/upload-archive.ts'
import { BaseCommand } from '../../../base-command.ts'
import { count } from '../../../output/count.ts'

export default class SyncBackupsUpload extends BaseCommand {
  static override summary = 'Upload a backup, to have the server keep it.'
  static override description =
    'It may be of another account or another server, and is verified before it is kept. What is encrypted is decrypted here first. vektor sync restore --file restores one at once.'
  static override examples = [
    '<%= config.bin %> sync backups upload vektor.tar.gz',
    '<%= config.bin %> sync backups upload vektor.tar.gz.age --identity key.txt',
    '<%= config.bin %> sync backups upload - < vektor.tar.gz',
  ]
  static override args = {
    file: Args.string({ required: true, ignoreStdin: true, description: 'The archive; - is standard input.' }),
  }
  static override flags = keyFlags

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SyncBackupsUpload)
    const { client } = await this.connectSignedIn(flags)
    const backup = await working(flags, (work) => uploadArchive(client, args.file, { keys: flags, work }))
    this.print(flags, backup, [backup.backup_id])
    const { conversations, messages } = backup.counts
    this.tell(flags, `Uploaded ${count(conversations, 'conversation')} with ${count(messages, 'message')}.`)
  }
}
