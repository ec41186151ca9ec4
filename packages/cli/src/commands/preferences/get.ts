import { Args } from '@oclif/core'
import type { Preferences } from '@vektor/sdk'
import { BaseCommand } from '../../base-command.ts'
import { alignColumns } from '../../output/columns.ts'
import { neutraliseLine } from '../../output/neutralise.ts'

/** As they are typed, and as the server calls them. */
const FIELDS = {
  theme: 'theme',
  notifications: 'notifications',
  language: 'language',
  'default-model': 'default_model',
  'backup-schedule': 'backup_schedule',
  'backup-keep': 'backup_keep',
  'backup-recipients': 'backup_recipients',
} as const satisfies Record<string, keyof Preferences>
type Name = keyof typeof FIELDS
const NAMES = Object.keys(FIELDS).filter((name): name is Name => Object.hasOwn(FIELDS, name))

export default class PreferencesGet extends BaseCommand {
  static override summary = 'Show your preferences, or one of them.'
  static override examples = [
    '<%= config.bin %> preferences get',
    '<%= config.bin %> preferences get theme',
    '<%= config.bin %> preferences get --json',
  ]
  static override args = { name: Args.string({ options: [...NAMES], description: 'The one to show.' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PreferencesGet)
    const { client } = await this.connectSignedIn(flags)
    const preferences = await client.preferences.get()
    const name = NAMES.find((one) => one === args.name)
    if (name) this.print(flags, preferences[FIELDS[name]], [display(preferences, name)])
    else this.print(flags, preferences, alignColumns(NAMES.map((one) => [one, display(preferences, one)])))
  }
}

/** What is null is as somebody else has it. */
const WITHOUT: Partial<Record<Name, string>> = {
  'backup-schedule': "the server's",
  'backup-keep': "the server's",
}

function display(preferences: Preferences, name: Name): string {
  const value = preferences[FIELDS[name]]
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (Array.isArray(value)) return value.map(neutraliseLine).join(' ') || 'none'
  return value === null ? (WITHOUT[name] ?? 'none') : neutraliseLine(String(value))
}
