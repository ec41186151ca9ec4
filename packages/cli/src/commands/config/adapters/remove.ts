import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../../base-command.ts'
import { CliError } from '../../../failure/cli-error.ts'
import { neutraliseLine } from '../../../output/neutralise.ts'
import { confirm } from '../../../terminal/ask.ts'

export default class ConfigAdaptersRemove extends BaseCommand {
  static override summary = 'Remove an adapter.'
  static override description = 'It asks first; without a terminal to ask on, --yes is needed.'
  static override examples = [
    '<%= config.bin %> config adapters remove slack',
    '<%= config.bin %> config adapters remove slack --yes',
  ]
  static override args = { name: Args.string({ required: true, description: 'The adapter.' }) }
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigAdaptersRemove)
    const { client } = await this.connectSignedIn(flags)
    if (!flags.yes) await this.#confirm((await client.config.adapters.get(args.name)).path)
    await client.config.adapters.delete(args.name)
    this.tell(flags, 'The adapter is removed.')
    if (flags.json) this.print(flags, { removed: args.name }, [])
  }

  async #confirm(path: string): Promise<void> {
    if (!process.stdin.isTTY) throw new CliError('usage', 'It would be removed for good: say --yes to do so.')
    const isSure = await confirm(`Remove ${neutraliseLine(path)} for good, secrets and all?`, this.terminal)
    if (!isSure) throw new CliError('failed', 'Nothing was removed.')
  }
}
