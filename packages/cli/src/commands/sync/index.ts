import SyncDevicesList from './devices/list.ts'

/** The topic alone lists. */
export default class Sync extends SyncDevicesList {
  static override summary = 'List your devices, and sign them out.'
  static override description = 'Without a topic it lists the devices.'
  static override examples = [
    '<%= config.bin %> sync devices',
    '<%= config.bin %> sync sessions',
    '<%= config.bin %> sync sessions end 6f1c1b1e-8f0a-4c5e-9a43-2f0c6a0b7d11',
  ]
}
