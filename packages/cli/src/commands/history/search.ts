import { Args } from '@oclif/core'
import { ConversationListCommand } from '../../conversation-list-command.ts'

export default class HistorySearch extends ConversationListCommand {
  static override summary = 'Find conversations by what was said in them, the latest first.'
  static override description =
    `It finds those in which one message, or the title, has all the words, whatever their case and accents.
Words are whole; nothing else in the text means anything.`
  static override examples = [
    '<%= config.bin %> history search "cádiz train"',
    '<%= config.bin %> history search canon --all --json',
  ]
  // Several words without quotes are one search.
  static override strict = false
  static override args = { text: Args.string({ required: true, description: 'The words to look for.' }) }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(HistorySearch)
    await this.list(flags, { q: argv.join(' '), none: 'Nothing was found.' })
  }
}
