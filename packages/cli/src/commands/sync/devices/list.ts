import { BaseCommand } from '../../../base-command.ts'
import { deviceRows } from '../../../output/device-rows.ts'

export default class SyncDevicesList extends BaseCommand {
  static override summary = 'List the devices that have signed in, the last seen first.'
  static override examples = ['<%= config.bin %> sync devices', '<%= config.bin %> sync devices list --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(SyncDevicesList)
    const { client } = await this.connectSignedIn(flags)
    const devices = await client.sync.devices()
    this.print(flags, devices, deviceRows(devices))
  }
}
