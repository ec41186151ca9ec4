import { Args } from '@oclif/core'
import { BaseCommand } from '../../base-command.ts'
import { screenSize } from '../../terminal/screen-size.ts'

export default class HistoryShow extends BaseCommand {
  static override summary = 'Show what was said in a conversation.'
  static override description = 'As it was on a terminal, as Markdown elsewhere.'
  static override examples = [
    '<%= config.bin %> history show 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b',
    '<%= config.bin %> history show 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b > conversation.md',
  ]
  static override args = { id: Args.string({ required: true, description: 'The conversation.' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HistoryShow)
    const { client } = await this.connectSignedIn(flags)
    const conversation = await client.history.get(args.id)
    const { conversationLines, conversationMarkdown } = await import('../../chat/conversation-lines.ts')
    const lines = process.stdout.isTTY
      ? conversationLines(conversation.messages, screenSize(process.stdout).columns)
      : conversationMarkdown(conversation)
    this.print(flags, conversation, lines)
  }
}
