import { Flags } from '@oclif/core'
import { BaseCommand, type GlobalFlags } from '../base-command.ts'
import { statusRows } from '../output/status-rows.ts'

export default class Status extends BaseCommand {
  static override summary = 'Show how the server is doing.'
  static override description =
    'To its administrators; --check, for everybody, only tells whether it is up and can do its work, by the exit code too.'
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status --json',
    '<%= config.bin %> status --check --url https://chat.example.org',
  ]
  static override flags = {
    check: Flags.boolean({ description: 'Only whether it is up and can do its work; nobody need be signed in.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Status)
    if (flags.check) return this.#check(flags)
    const { client, url } = await this.connectSignedIn(flags)
    const status = await client.system.status()
    this.print(flags, status, statusRows(status, url))
  }

  async #check(flags: GlobalFlags): Promise<void> {
    const { client, url } = await this.connect(flags)
    await client.system.health()
    const readiness = await client.system.readiness()
    this.print(flags, readiness, [`${url} is up and ready.`])
  }
}
