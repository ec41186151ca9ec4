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
    '<%= config.bin %> preferences set --backup-schedule "0 3 * * *" --backup-keep 30',
    '<%= config.bin %> preferences set --backup-recipient "$(age-keygen -y key.txt)"',
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
    'backup-schedule': Flags.string({
      helpValue: 'WHEN',
      description: 'When to back up by itself: five fields of cron in UTC, @daily, @weekly, @monthly or off.',
      exclusive: ['no-backup-schedule'],
    }),
    'no-backup-schedule': Flags.boolean({ description: 'Back up when the server does.' }),
    'backup-keep': Flags.integer({
      helpValue: 'NUMBER',
      min: 1,
      max: 1000,
      description: 'How many complete backups to keep.',
      exclusive: ['no-backup-keep'],
    }),
    'no-backup-keep': Flags.boolean({ description: 'Keep as many as the server does.' }),
    'backup-recipient': Flags.string({
      helpValue: 'KEY',
      multiple: true,
      multipleNonGreedy: true,
      description: 'Encrypt backups to this public key of age; may be repeated.',
      exclusive: ['no-backup-recipients'],
    }),
    'no-backup-recipients': Flags.boolean({ description: 'Do not encrypt backups.' }),
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
  'backup-schedule': string | undefined
  'no-backup-schedule': boolean
  'backup-keep': number | undefined
  'no-backup-keep': boolean
  'backup-recipient': string[] | undefined
  'no-backup-recipients': boolean
}

function toChanges(flags: PreferenceFlags): PreferencesUpdate {
  const { theme, notifications, language } = flags
  return {
    ...(theme !== undefined && { theme }),
    ...(notifications !== undefined && { notifications }),
    ...(language !== undefined && { language }),
    ...ofModel(flags),
    ...ofBackups(flags),
  }
}

function ofModel({ 'default-model': model, 'no-default-model': hasNone }: PreferenceFlags): PreferencesUpdate {
  return { ...(model !== undefined && { default_model: model }), ...(hasNone && { default_model: null }) }
}

function ofBackups(flags: PreferenceFlags): PreferencesUpdate {
  const { 'backup-schedule': schedule, 'backup-keep': keep, 'backup-recipient': recipients } = flags
  return {
    ...(schedule !== undefined && { backup_schedule: schedule }),
    ...(flags['no-backup-schedule'] && { backup_schedule: null }),
    ...(keep !== undefined && { backup_keep: keep }),
    ...(flags['no-backup-keep'] && { backup_keep: null }),
    ...(recipients !== undefined && { backup_recipients: recipients }),
    ...(flags['no-backup-recipients'] && { backup_recipients: [] }),
  }
}
