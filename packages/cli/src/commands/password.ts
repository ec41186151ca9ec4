import { BaseCommand } from '../base-command.ts'
import { readPasswordChange } from '../terminal/credentials.ts'

export default class Password extends BaseCommand {
  static override summary = 'Change your password.'
  static override description =
    'The present password is asked for, then the new one twice; without a terminal they are the first two lines of ' +
    'standard input. Every other device is signed out at once.'
  static override examples = ['<%= config.bin %> password', '<%= config.bin %> password < present-and-new-password.txt']

  async run(): Promise<void> {
    const { flags } = await this.parse(Password)
    const { client } = await this.connectSignedIn(flags)
    const { current, next } = await readPasswordChange(this.terminal)
    await client.users.changePassword(current, next)
    this.tell(flags, 'The password is changed. Every other device is signed out.')
    if (flags.json) this.print(flags, { changed: true }, [])
  }
}
