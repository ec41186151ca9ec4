import { BaseCommand } from '../../../base-command.ts'
import { sessionRows } from '../../../output/device-rows.ts'

export default class SyncSessionsList extends BaseCommand {
  static override summary = 'List the other devices that are signed in, the last active first.'
  static override examples = ['<%= config.bin %> sync sessions', '<%= config.bin %> sync sessions list --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(SyncSessionsList)
    const { client } = await this.connectSignedIn(flags)
    const sessions = await client.sync.sessions()
    this.print(flags, sessions, sessionRows(sessions))
    if (sessions.length === 0) this.tell(flags, 'No other device is signed in.')
  }
}
