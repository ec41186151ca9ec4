import { Args } from '@oclif/core'
import { BaseCommand } from '../../../base-command.ts'

export default class SyncSessionsEnd extends BaseCommand {
  static override summary = 'Sign a device out.'
  static override description =
    'Its tokens are good for nothing any more, and its open streams close. It stays listed as a device.'
  static override examples = ['<%= config.bin %> sync sessions end 6f1c1b1e-8f0a-4c5e-9a43-2f0c6a0b7d11']
  static override args = { id: Args.string({ required: true, description: 'The device.' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SyncSessionsEnd)
    const { client } = await this.connectSignedIn(flags)
    await client.sync.endSession(args.id)
    this.tell(flags, 'The device is signed out.')
    if (flags.json) this.print(flags, { signed_out: args.id }, [])
  }
}
