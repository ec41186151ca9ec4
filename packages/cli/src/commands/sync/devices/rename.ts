import { Args } from '@oclif/core'
import { BaseCommand } from '../../../base-command.ts'
import { neutraliseLine } from '../../../output/neutralise.ts'

export default class SyncDevicesRename extends BaseCommand {
  static override summary = 'Give a device a name of your own.'
  static override description = 'It keeps that name, whatever it calls itself when it signs in again.'
  static override examples = [
    '<%= config.bin %> sync devices rename 6f1c1b1e-8f0a-4c5e-9a43-2f0c6a0b7d11 "Laptop personal"',
  ]
  static override args = {
    id: Args.string({ required: true, description: 'The device.' }),
    name: Args.string({ required: true, description: 'The new name.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SyncDevicesRename)
    const { client } = await this.connectSignedIn(flags)
    const device = await client.sync.renameDevice(args.id, args.name)
    this.tell(flags, `It is now called "${neutraliseLine(device.name)}".`)
    if (flags.json) this.print(flags, device, [])
  }
}
