import SyncDevicesList from './devices/list.ts'

/** The topic alone lists. */
export default class Sync extends SyncDevicesList {
  static override summary = 'Your devices, and backups of your account.'
  static override description = 'Without a topic it lists the devices.'
  static override examples = [
    '<%= config.bin %> sync backup --output vektor.tar.gz',
    '<%= config.bin %> sync restore --dry-run',
    '<%= config.bin %> sync devices',
    '<%= config.bin %> sync sessions',
    '<%= config.bin %> sync sessions end 6f1c1b1e-8f0a-4c5e-9a43-2f0c6a0b7d11',
  ]
}
