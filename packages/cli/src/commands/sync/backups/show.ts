import { Args } from '@oclif/core'
import { BaseCommand } from '../../../base-command.ts'
import { backupDetails } from '../../../output/backup-rows.ts'

export default class SyncBackupsShow extends BaseCommand {
  static override summary = 'Show a backup, and how far it is.'
  static override examples = [
    '<%= config.bin %> sync backups show 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a',
    '<%= config.bin %> sync backups show 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a --json | jq -r .status',
  ]
  static override args = { id: Args.string({ required: true, description: 'The backup.' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SyncBackupsShow)
    const { client } = await this.connectSignedIn(flags)
    const backup = await client.backups.get(args.id)
    this.print(flags, backup, backupDetails(backup))
  }
}
