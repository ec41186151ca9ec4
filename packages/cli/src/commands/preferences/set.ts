import { Flags } from '@oclif/core'
import type { PreferencesUpdate } from '@vektor/sdk'
import { BaseCommand } from '../../base-command.ts'
import { CliError } from '../../failure/cli-error.ts'

const THEMES = ['dark', 'light', 'system'] as const
const LANGUAGES = ['es', 'en'] as const

export default class PreferencesSet extends BaseCommand {
  static override summary = 'Change your preferences.'
  static override description = 'What is not named stays as it is.'
  static override examples = [
    '<%= config.bin %> preferences set --theme dark --language en',
    '<%= config.bin %> preferences set --no-notifications',
    '<%= config.bin %> preferences set --default-model eliza',
  ]
  static override flags = {
    theme: Flags.option({ options: THEMES, description: 'The colours of user interfaces.' })(),
    notifications: Flags.boolean({ allowNo: true, description: 'Whether adapters may tell about the account.' }),
    language: Flags.option({ options: LANGUAGES, description: 'The language of user interfaces.' })(),
    'default-model': Flags.string({
      helpValue: 'NAME',
      description: 'Who answers unless another is named: vektor models lists them.',
      exclusive: ['no-default-model'],
    }),
    'no-default-model': Flags.boolean({ description: 'Have none.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(PreferencesSet)
    const changes = toChanges(flags)
    if (Object.keys(changes).length === 0) throw new CliError('usage', 'Say what to change.')
    const { client } = await this.connectSignedIn(flags)
    await client.preferences.update(changes)
    this.tell(flags, 'The preferences are changed.')
    if (flags.json) this.print(flags, await client.preferences.get(), [])
  }
}

interface PreferenceFlags {
  theme: (typeof THEMES)[number] | undefined
  notifications: boolean | undefined
  language: (typeof LANGUAGES)[number] | undefined
  'default-model': string | undefined
  'no-default-model': boolean
}

function toChanges(flags: PreferenceFlags): PreferencesUpdate {
  const { theme, notifications, language, 'default-model': model, 'no-default-model': noModel } = flags
  return {
    ...(theme !== undefined && { theme }),
    ...(notifications !== undefined && { notifications }),
    ...(language !== undefined && { language }),
    ...(model !== undefined && { default_model: model }),
    ...(noModel && { default_model: null }),
  }
}
