import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../../base-command.ts'
import { readSettings } from '../../../terminal/settings.ts'

export default class ConfigAdaptersAdd extends BaseCommand {
  static override summary = 'Add an adapter, or replace its settings.'
  static override description =
    'The settings are a JSON object, read from a file or from standard input: they may hold secrets, so there is no flag for them.'
  static override examples = [
    '<%= config.bin %> config adapters add slack --settings slack.json',
    '<%= config.bin %> config adapters add slack < slack.json',
  ]
  static override args = {
    name: Args.string({ required: true, description: 'Up to 64 small letters, digits, - and _.' }),
  }
  static override flags = {
    settings: Flags.string({
      char: 's',
      helpValue: 'FILE|-',
      description: 'Where the settings are; - is standard input.',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigAdaptersAdd)
    const { client } = await this.connectSignedIn(flags)
    await client.config.adapters.save(args.name, await readSettings(flags.settings, this.terminal))
    this.tell(flags, `The adapter ${args.name} is saved.`)
    if (flags.json) this.print(flags, { saved: args.name }, [])
  }
}
