import type { components } from '../../generated/openapi.ts'
import { toTimestamp } from './archive/records.ts'
import type { Backup } from './backup.ts'
import type { RestoreReport, RestoreRequest } from './restore/restore-service.ts'

type Schemas = components['schemas']

export function toWireBackup(backup: Backup): Schemas['Backup'] {
  const { completedAt, error, sha256, size } = backup
  return {
    backup_id: backup.id,
    task_id: backup.id,
    status: backup.status,
    origin: backup.origin,
    created_at: toTimestamp(backup.createdAt),
    ...(completedAt !== null && { completed_at: toTimestamp(completedAt) }),
    progress: backup.progress,
    counts: backup.counts,
    ...(size !== null && { size }),
    ...(sha256 !== null && { sha256 }),
    encrypted: backup.recipients.length > 0,
    ...(error !== null && { error }),
  }
}

export function toWireReport({ isRehearsal, mode }: RestoreRequest, report: RestoreReport): Schemas['RestoreReport'] {
  const { backupId, changes, counts, preferences, safetyBackupId } = report
  return {
    detail: isRehearsal ? 'Simulación completada: no se ha cambiado nada' : 'Restauración completada',
    backup_id: backupId,
    mode,
    dry_run: isRehearsal,
    restored: {
      conversations_added: counts.conversationsAdded,
      conversations_changed: counts.conversationsChanged,
      conversations_removed: counts.conversationsRemoved,
      messages_added: counts.messagesAdded,
      messages_changed: counts.messagesChanged,
      messages_removed: counts.messagesRemoved,
      preferences,
    },
    ...(safetyBackupId !== undefined && { safety_backup_id: safetyBackupId }),
    ...(changes && {
      changes: changes.map((change) => ({
        conversation_id: change.conversationId,
        title: change.title,
        action: change.action,
        messages_added: change.messagesAdded,
        messages_changed: change.messagesChanged,
        messages_removed: change.messagesRemoved,
      })),
    }),
  }
}
