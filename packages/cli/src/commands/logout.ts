import { BaseCommand } from '../base-command.ts'

export default class Logout extends BaseCommand {
  static override summary = 'Sign out of the server.'
  static override description =
    'The session ends on the server too, if that can be reached. Without a session it does nothing.'
  static override examples = ['<%= config.bin %> logout', '<%= config.bin %> logout --profile work']

  async run(): Promise<void> {
    const { flags } = await this.parse(Logout)
    const { client, url, forget } = await this.connect(flags)
    const wasSignedIn = await client.auth.isSignedIn()
    try {
      await client.auth.logOut()
    } catch (error) {
      await forget()
      this.tell(flags, 'Forgotten here; the session on the server ends when it expires.')
      throw error
    }
    this.tell(flags, wasSignedIn ? `Signed out of ${url}.` : `Nobody was signed in to ${url}.`)
    if (flags.json) this.print(flags, { url, was_signed_in: wasSignedIn }, [])
  }
}
