import { Flags } from '@oclif/core'
import { BaseCommand } from '../../base-command.ts'
import { CliError } from '../../failure/cli-error.ts'
import { neutraliseLine } from '../../output/neutralise.ts'
import { ask } from '../../terminal/ask.ts'

export default class AccountDelete extends BaseCommand {
  static override summary = 'Delete your account and everything in it, for good.'
  static override description =
    'It asks for the username first; without a terminal to ask on, --yes is needed. Every device is signed out.'
  static override examples = ['<%= config.bin %> account delete', '<%= config.bin %> account delete --yes']
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) }

  async run(): Promise<void> {
    const { flags } = await this.parse(AccountDelete)
    const { client, url } = await this.connectSignedIn(flags)
    const { username } = await client.users.me()
    if (!flags.yes) await this.#confirm(username, url)
    await client.users.delete()
    this.tell(flags, `The account ${neutraliseLine(username)} is deleted.`)
    if (flags.json) this.print(flags, { url, deleted: username }, [])
  }

  async #confirm(username: string, url: string): Promise<void> {
    if (!process.stdin.isTTY) throw new CliError('usage', 'It would be deleted for good: say --yes to do so.')
    this.terminal.output.write(`Everything of ${neutraliseLine(username)} on ${url} will be gone for good.\n`)
    if ((await ask('Type the username to delete it: ', this.terminal)) === username) return
    throw new CliError('failed', 'This is not the username. Nothing was deleted.')
  }
}
