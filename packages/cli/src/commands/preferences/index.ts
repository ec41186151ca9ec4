import PreferencesGet from './get.ts'

/** The topic alone shows. */
export default class Preferences extends PreferencesGet {
  static override summary = 'Show and change your preferences.'
  static override description = 'Without a verb it shows them.'
}
