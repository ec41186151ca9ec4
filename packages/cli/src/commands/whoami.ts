import { BaseCommand } from '../base-command.ts'
import { neutraliseLine } from '../output/neutralise.ts'

export default class Whoami extends BaseCommand {
  static override summary = 'Show who is signed in, and where.'
  static override examples = ['<%= config.bin %> whoami', '<%= config.bin %> whoami --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(Whoami)
    const { client, url, profileName } = await this.connectSignedIn(flags)
    const account = await client.users.me()
    const role = account.role === 'administrator' ? ', administrator' : ''
    this.print(flags, { ...account, url, profile: profileName }, [
      neutraliseLine(`${account.username} <${account.email}>${role}`),
      `${url} (profile ${profileName})`,
    ])
  }
}
