import { BaseCommand } from '../../../base-command.ts'
import { backupRows } from '../../../output/backup-rows.ts'

export default class SyncBackupsList extends BaseCommand {
  static override summary = 'List the backups that the server keeps, the newest first.'
  static override description =
    'Older ones give way to newer ones: vektor preferences set --backup-keep says how many stay.'
  static override examples = ['<%= config.bin %> sync backups', '<%= config.bin %> sync backups list --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(SyncBackupsList)
    const { client } = await this.connectSignedIn(flags)
    const backups = await client.backups.list()
    this.print(flags, backups, backupRows(backups))
    if (backups.length === 0) this.tell(flags, 'There are no backups: vektor sync backup makes one.')
  }
}
