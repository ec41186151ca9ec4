import { Flags } from '@oclif/core'
import { BaseCommand } from '../../base-command.ts'
import { conversationRows } from '../../output/conversation-rows.ts'

export default class HistoryList extends BaseCommand {
  static override summary = 'List conversations, the latest first.'
  static override examples = [
    '<%= config.bin %> history',
    '<%= config.bin %> history list --limit 5',
    '<%= config.bin %> history list --all --json',
  ]
  static override flags = {
    limit: Flags.integer({ char: 'n', min: 1, max: 200, default: 20, helpValue: 'N', description: 'How many.' }),
    all: Flags.boolean({ description: 'All of them.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(HistoryList)
    const { client } = await this.connectSignedIn(flags)
    const conversations = flags.all
      ? await Array.fromAsync(client.history.all({ limit: 200 }))
      : await client.history.list({ limit: flags.limit })
    this.print(flags, conversations, conversationRows(conversations))
    if (conversations.length === 0) this.tell(flags, 'There are no conversations yet: vektor chat begins one.')
    if (!flags.all && conversations.length === flags.limit) this.tell(flags, 'There may be more: --all lists them.')
  }
}
