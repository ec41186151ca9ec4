import { Args } from '@oclif/core'
import { BaseCommand } from '../../../base-command.ts'

export default class SyncDevicesRemove extends BaseCommand {
  static override summary = 'Sign a device out and forget it.'
  static override description = 'Nothing is lost: it is listed again once somebody signs in on it.'
  static override examples = ['<%= config.bin %> sync devices remove 6f1c1b1e-8f0a-4c5e-9a43-2f0c6a0b7d11']
  static override args = { id: Args.string({ required: true, description: 'The device.' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SyncDevicesRemove)
    const { client } = await this.connectSignedIn(flags)
    await client.sync.forgetDevice(args.id)
    this.tell(flags, 'The device is signed out and forgotten.')
    if (flags.json) this.print(flags, { removed: args.id }, [])
  }
}
