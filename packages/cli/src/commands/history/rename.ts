import { Args } from '@oclif/core'
import { BaseCommand } from '../../base-command.ts'
import { neutraliseLine } from '../../output/neutralise.ts'

export default class HistoryRename extends BaseCommand {
  static override summary = 'Give a conversation another title.'
  static override examples = ['<%= config.bin %> history rename 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b "Trip to Cádiz"']
  static override args = {
    id: Args.string({ required: true, description: 'The conversation.' }),
    title: Args.string({ required: true, description: 'The new title.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HistoryRename)
    const { client } = await this.connectSignedIn(flags)
    const conversation = await client.history.rename(args.id, args.title)
    this.tell(flags, `It is now called "${neutraliseLine(conversation.title ?? '')}".`)
    if (flags.json) this.print(flags, conversation, [])
  }
}
