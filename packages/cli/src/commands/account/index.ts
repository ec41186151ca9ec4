import Profile from '../profile/index.ts'

/** The topic alone shows, as `profile` does. */
export default class Account extends Profile {
  static override summary = 'Show your account, or delete it.'
  static override description = 'Without a verb it shows the account, as profile does.'
  static override examples = ['<%= config.bin %> account', '<%= config.bin %> account delete']
}
