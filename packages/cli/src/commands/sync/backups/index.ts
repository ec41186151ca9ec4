import SyncBackupsList from './list.ts'

/** The topic alone lists. */
export default class SyncBackups extends SyncBackupsList {
  static override summary = 'List, show, download, upload and delete backups.'
  static override description = 'Without a verb it lists them. vektor sync backup makes one.'
}
