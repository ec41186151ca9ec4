import { Args } from '@oclif/core'
import { BaseCommand } from '../../base-command.ts'

export default class HistoryBranch extends BaseCommand {
  static override summary = 'Go back to another branch of a conversation.'
  static override description =
    'The branch that ends at the message is shown and gone on with from now on. history show --tree lists the messages of all branches: what was edited or answered again is in one of its own.'
  static override examples = [
    '<%= config.bin %> history branch 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b 0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d',
  ]
  static override args = {
    id: Args.string({ required: true, description: 'The conversation.' }),
    'message-id': Args.string({ required: true, description: 'The last message of the branch.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HistoryBranch)
    const { client } = await this.connectSignedIn(flags)
    const conversation = await client.history.update(args.id, { current_message_id: args['message-id'] })
    this.tell(flags, 'The conversation goes on after this message: vektor history show shows what was said up to it.')
    if (flags.json) this.print(flags, conversation, [])
  }
}
