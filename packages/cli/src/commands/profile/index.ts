import { BaseCommand } from '../../base-command.ts'
import { profileRows } from '../../output/profile-rows.ts'

export default class Profile extends BaseCommand {
  static override summary = 'Show your account on the server; change it with profile set.'
  static override description =
    'This is about the account. --profile, which every command has, names a sign-in of this machine.'
  static override examples = [
    '<%= config.bin %> profile',
    '<%= config.bin %> profile --json',
    '<%= config.bin %> profile set --username ana',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(Profile)
    const { client } = await this.connectSignedIn(flags)
    const account = await client.users.me()
    this.print(flags, account, profileRows(account))
  }
}
