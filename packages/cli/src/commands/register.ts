import { Flags } from '@oclif/core'
import { BaseCommand } from '../base-command.ts'
import { neutraliseLine } from '../output/neutralise.ts'
import { emailOrAsk, readNewPassword, valueOrAsk } from '../terminal/credentials.ts'

export default class Register extends BaseCommand {
  static override summary = 'Create an account, and sign in to it.'
  static override description =
    'What is missing is asked for. The password is asked for, or read from standard input. ' +
    'The first account of a server is its administrator.'
  static override examples = [
    '<%= config.bin %> register',
    '<%= config.bin %> register --email ana@example.com --username ana',
    '<%= config.bin %> register --email ana@example.com --username ana < password.txt',
  ]
  static override flags = {
    email: Flags.string({ char: 'e', helpValue: 'ADDRESS', description: 'E-mail address.' }),
    username: Flags.string({ char: 'u', helpValue: 'NAME', description: 'Username.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Register)
    const { client, url, profileName, remember } = await this.connect(flags)
    const email = await emailOrAsk(flags.email, this.terminal)
    const username = await valueOrAsk(flags.username, '--username', 'Username: ', this.terminal)
    const password = await readNewPassword(this.terminal)
    const account = await client.auth.register({ email, username, password })
    await client.auth.logIn({ username, password })
    await remember({ url, username: account.username })
    this.tell(flags, `${neutraliseLine(account.username)} now has an account on ${url}, and is signed in.`)
    if (flags.json) this.print(flags, { url, profile: profileName, ...account }, [])
  }
}
