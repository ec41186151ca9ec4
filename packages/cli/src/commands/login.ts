import { Flags } from '@oclif/core'
import { BaseCommand } from '../base-command.ts'
import { neutraliseLine } from '../output/neutralise.ts'
import { readPassword, valueOrAsk } from '../terminal/credentials.ts'

export default class Login extends BaseCommand {
  static override summary = 'Sign in to a server.'
  static override description = 'The password is asked for, or read from standard input. The server is remembered.'
  static override examples = [
    '<%= config.bin %> login',
    '<%= config.bin %> login --url https://vektor.example.com --username ana',
    '<%= config.bin %> login --username ana < password.txt',
  ]
  static override flags = {
    username: Flags.string({ char: 'u', helpValue: 'NAME', description: 'Username or e-mail address.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Login)
    const { client, url, profileName, remember } = await this.connect(flags)
    const username = await valueOrAsk(flags.username, '--username', 'Username or e-mail: ', this.terminal)
    await client.auth.logIn({ username, password: await readPassword(this.terminal) })
    const account = await client.users.me()
    await remember({ url, username: account.username })
    this.tell(flags, `Signed in to ${url} as ${neutraliseLine(account.username)}.`)
    if (flags.json) this.print(flags, { url, profile: profileName, username: account.username }, [])
  }
}
