import type { components } from '../../generated/openapi.ts'
import type { Backup } from './backup.ts'

export function toWireBackup(backup: Backup): components['schemas']['Backup'] {
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

function toTimestamp(time: number): string {
  return new Date(time).toISOString()
}
