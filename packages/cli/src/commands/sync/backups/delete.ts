import { Args, Flags } from '@oclif/core'
import type { Backup } from '@vektor/sdk'
import { BaseCommand } from '../../../base-command.ts'
import { CliError } from '../../../failure/cli-error.ts'
import { localTime } from '../../../output/local-time.ts'
import { confirm } from '../../../terminal/ask.ts'

export default class SyncBackupsDelete extends BaseCommand {
  static override summary = 'Delete a backup and its archive, for good.'
  static override description =
    'One that is being made is given up. It asks first; without a terminal to ask on, --yes is needed.'
  static override examples = [
    '<%= config.bin %> sync backups delete 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a',
    '<%= config.bin %> sync backups delete 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a --yes',
  ]
  static override args = { id: Args.string({ required: true, description: 'The backup.' }) }
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SyncBackupsDelete)
    const { client } = await this.connectSignedIn(flags)
    if (!flags.yes) await this.#confirm(await client.backups.get(args.id))
    await client.backups.delete(args.id)
    this.tell(flags, 'The backup is deleted.')
    if (flags.json) this.print(flags, { deleted: args.id }, [])
  }

  async #confirm({ created_at }: Backup): Promise<void> {
    if (!process.stdin.isTTY) throw new CliError('usage', 'It would be deleted for good: say --yes to do so.')
    const isSure = await confirm(`Delete the backup of ${localTime(created_at)} for good?`, this.terminal)
    if (!isSure) throw new CliError('failed', 'Nothing was deleted.')
  }
}
