import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../base-command.ts'
import { treeRows } from '../../output/tree-rows.ts'
import { screenSize } from '../../terminal/screen-size.ts'

export default class HistoryShow extends BaseCommand {
  static override summary = 'Show what was said in a conversation.'
  static override description =
    'As it was on a terminal, as Markdown elsewhere: the active branch, or with --tree all of them. In the tree ● marks the active branch; history branch goes to another.'
  static override examples = [
    '<%= config.bin %> history show 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b',
    '<%= config.bin %> history show 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b > conversation.md',
    '<%= config.bin %> history show 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b --tree',
  ]
  static override args = { id: Args.string({ required: true, description: 'The conversation.' }) }
  static override flags = { tree: Flags.boolean({ description: 'The messages of all branches, with their ids.' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HistoryShow)
    const { client } = await this.connectSignedIn(flags)
    const conversation = await client.history.get(args.id, { tree: flags.tree })
    if (flags.tree) return this.print(flags, conversation, treeRows(conversation))
    const { conversationLines, conversationMarkdown } = await import('../../chat/conversation-lines.ts')
    const lines = process.stdout.isTTY
      ? conversationLines(conversation.messages, screenSize(process.stdout).columns)
      : conversationMarkdown(conversation)
    this.print(flags, conversation, lines)
  }
}
