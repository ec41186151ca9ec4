import { Args } from '@oclif/core'
import type { Preferences } from '@vektor/sdk'
import { BaseCommand } from '../../base-command.ts'
import { alignColumns } from '../../output/columns.ts'
import { neutraliseLine } from '../../output/neutralise.ts'

const NAMES = ['theme', 'notifications', 'language', 'default-model'] as const

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
    if (name) this.print(flags, preferences[fieldOf(name)], [display(preferences, name)])
    else this.print(flags, preferences, alignColumns(NAMES.map((one) => [one, display(preferences, one)])))
  }
}

type Name = (typeof NAMES)[number]

function fieldOf(name: Name) {
  return name === 'default-model' ? 'default_model' : name
}

function display(preferences: Preferences, name: Name): string {
  const value = preferences[fieldOf(name)]
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return neutraliseLine(value ?? 'none')
}
