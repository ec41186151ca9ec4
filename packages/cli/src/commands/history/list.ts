import { ConversationListCommand } from '../../conversation-list-command.ts'

export default class HistoryList extends ConversationListCommand {
  static override summary = 'List conversations, the latest first.'
  static override examples = [
    '<%= config.bin %> history',
    '<%= config.bin %> history list --limit 5',
    '<%= config.bin %> history list --all --json',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(HistoryList)
    await this.list(flags, { none: 'There are no conversations yet: vektor chat begins one.' })
  }
}
