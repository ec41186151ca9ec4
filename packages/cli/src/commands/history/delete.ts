import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../base-command.ts'
import { CliError } from '../../failure/cli-error.ts'
import { neutraliseLine } from '../../output/neutralise.ts'
import { confirm } from '../../terminal/ask.ts'

export default class HistoryDelete extends BaseCommand {
  static override summary = 'Delete a conversation, for good.'
  static override description = 'It asks first; without a terminal to ask on, --yes is needed.'
  static override examples = [
    '<%= config.bin %> history delete 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b',
    '<%= config.bin %> history delete 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b --yes',
  ]
  static override args = { id: Args.string({ required: true, description: 'The conversation.' }) }
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HistoryDelete)
    const { client } = await this.connectSignedIn(flags)
    if (!flags.yes) await this.#confirm((await client.history.get(args.id)).title)
    await client.history.delete(args.id)
    this.tell(flags, 'The conversation is deleted.')
    if (flags.json) this.print(flags, { deleted: args.id }, [])
  }

  async #confirm(title: string | null): Promise<void> {
    if (!process.stdin.isTTY) throw new CliError('usage', 'It would be deleted for good: say --yes to do so.')
    const isSure = await confirm(`Delete "${neutraliseLine(title ?? 'untitled')}" for good?`, this.terminal)
    if (!isSure) throw new CliError('failed', 'Nothing was deleted.')
  }
}
