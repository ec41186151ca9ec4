import { Args } from '@oclif/core'
import { BaseCommand } from '../../../base-command.ts'
import { toJson } from '../../../output/json.ts'

export default class ConfigAdaptersShow extends BaseCommand {
  static override summary = 'Show the settings of an adapter.'
  static override description =
    'As JSON that "add" takes back: [secret] stands for secrets, and one that is sent back as it is stays.'
  static override examples = [
    '<%= config.bin %> config adapters show slack',
    '<%= config.bin %> config adapters show slack > slack.json',
  ]
  static override args = { name: Args.string({ required: true, description: 'The adapter.' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigAdaptersShow)
    const { client } = await this.connectSignedIn(flags)
    const adapter = await client.config.adapters.get(args.name)
    this.print(flags, adapter, [toJson(adapter.settings)])
  }
}
