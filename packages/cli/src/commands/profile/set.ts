import { Flags } from '@oclif/core'
import type { UserUpdate } from '@vektor/sdk'
import { BaseCommand } from '../../base-command.ts'
import { CliError } from '../../failure/cli-error.ts'
import { profileRows } from '../../output/profile-rows.ts'

export default class ProfileSet extends BaseCommand {
  static override summary = 'Change your e-mail address, username or avatar.'
  static override description = 'What is not named stays as it is.'
  static override examples = [
    '<%= config.bin %> profile set --email ana@example.com --username ana',
    '<%= config.bin %> profile set --avatar-url https://example.com/ana.png',
    '<%= config.bin %> profile set --no-avatar',
  ]
  static override flags = {
    email: Flags.string({ char: 'e', helpValue: 'ADDRESS', description: 'E-mail address.' }),
    username: Flags.string({ char: 'u', helpValue: 'NAME', description: 'Username.' }),
    'avatar-url': Flags.string({ helpValue: 'ADDRESS', description: 'Where the avatar is.', exclusive: ['no-avatar'] }),
    'no-avatar': Flags.boolean({ description: 'Have none.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(ProfileSet)
    const changes = toChanges(flags)
    if (Object.keys(changes).length === 0) throw new CliError('usage', 'Say what to change.')
    const { client, remember } = await this.connectSignedIn(flags)
    await client.users.update(changes)
    const account = await client.users.me()
    if (changes.username !== undefined) await remember({ username: account.username })
    this.tell(flags, 'The profile is changed.')
    this.print(flags, account, profileRows(account))
  }
}

interface ProfileFlags {
  email: string | undefined
  username: string | undefined
  'avatar-url': string | undefined
  'no-avatar': boolean
}

function toChanges({ email, username, 'avatar-url': avatarUrl, 'no-avatar': noAvatar }: ProfileFlags): UserUpdate {
  return {
    ...(email !== undefined && { email }),
    ...(username !== undefined && { username }),
    ...(avatarUrl !== undefined && { avatar_url: avatarUrl }),
    ...(noAvatar && { avatar_url: null }),
  }
}
