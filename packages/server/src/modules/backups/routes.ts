import type { Handlers } from '../../http/handler.ts'
import { keepWaiting } from '../../http/keep-waiting.ts'
import { RangedContent } from '../../http/ranged-content.ts'
import type { CompleteBackup } from './backup.ts'
import type { RestoreService } from './restore/restore-service.ts'
import type { BackupService } from './service.ts'
import type { UploadService } from './upload-service.ts'
import { toWireBackup, toWireReport } from './wire.ts'

type BackupHandlers = Handlers<
  | 'listBackups'
  | 'createBackup'
  | 'getBackup'
  | 'deleteBackup'
  | 'downloadBackup'
  | 'verifyBackup'
  | 'restoreBackup'
  | 'uploadBackup'
>

interface BackupServices {
  service: BackupService
  restores: RestoreService
  uploads: UploadService
}

export function backupRoutes({ service: backups, restores, uploads }: BackupServices): BackupHandlers {
  return {
    async listBackups({ caller }) {
      return { status: 200, body: (await backups.list(caller.accountId)).map(toWireBackup) }
    },

    async createBackup({ caller, body }) {
      const backup = await backups.create(caller.accountId, body?.recipients)
      return { status: 202, body: toWireBackup(backup), headers: { Location: `/sync/backup/${backup.id}` } }
    },

    async getBackup({ caller, params }) {
      return { status: 200, body: toWireBackup(await backups.get(caller.accountId, params.backup_id)) }
    },

    async deleteBackup({ caller, params }) {
      await backups.delete(caller.accountId, params.backup_id)
      return { status: 204 }
    },

    async downloadBackup({ caller, params }) {
      const backup = await backups.getComplete(caller.accountId, params.backup_id)
      return { status: 200, content: archiveOf(backup, backups) }
    },

    async verifyBackup({ caller, params, request, response }) {
      using _waiting = keepWaiting(request, response)
      return { status: 200, body: toWireBackup(await backups.verify(caller.accountId, params.backup_id)) }
    },

    async uploadBackup({ caller, body, request, response }) {
      using _waiting = keepWaiting(request, response)
      const backup = await uploads.receive(caller.accountId, body)
      return { status: 201, body: toWireBackup(backup), headers: { Location: `/sync/backup/${backup.id}` } }
    },

    async restoreBackup({ caller, body, request, response }) {
      using _waiting = keepWaiting(request, response)
      const { backup_id: backupId, dry_run: isRehearsal = false, mode = 'merge' } = body ?? {}
      const wish = { backupId, isRehearsal, mode }
      return { status: 200, body: toWireReport(wish, await restores.restore(caller.accountId, wish)) }
    },
  }
}

function archiveOf(backup: CompleteBackup, backups: BackupService): RangedContent {
  const isEncrypted = backup.recipients.length > 0
  const time = new Date(backup.createdAt).toISOString().slice(0, 19).replaceAll(':', '-')
  return new RangedContent({
    mediaType: isEncrypted ? 'application/octet-stream' : 'application/gzip',
    fileName: `vektor-${time}Z.tar.gz${isEncrypted ? '.age' : ''}`,
    size: backup.size,
    sha256: backup.sha256,
    read: (range) => backups.read(backup, range),
  })
}
