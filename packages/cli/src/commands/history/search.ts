import { Args } from '@oclif/core'
import { BaseCommand } from '../../base-command.ts'
import { conversationRows } from '../../output/conversation-rows.ts'

export default class HistorySearch extends BaseCommand {
  static override summary = 'Find conversations by what was said in them.'
  static override description =
    `It finds those in which one message, or the title, has all the words, whatever their case and accents.
Words are whole; nothing else in the text means anything.`
  static override examples = [
    '<%= config.bin %> history search "cádiz train"',
    '<%= config.bin %> history search canon --json',
  ]
  // Several words without quotes are one search.
  static override strict = false
  static override args = { text: Args.string({ required: true, description: 'The words to look for.' }) }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(HistorySearch)
    const { client } = await this.connectSignedIn(flags)
    const conversations = await Array.fromAsync(client.history.all({ q: argv.join(' '), limit: 200 }))
    this.print(flags, conversations, conversationRows(conversations))
    if (conversations.length === 0) this.tell(flags, 'Nothing was found.')
  }
}
