import type { Backup } from '@vektor/sdk'
import { alignColumns } from './columns.ts'
import { count } from './count.ts'
import { localTime } from './local-time.ts'
import { neutraliseLine } from './neutralise.ts'
import { formatSize } from './size.ts'

/** Backups as lines: id, the moment they show, how far they are, what is in them, how large they are, and what they are. */
export function backupRows(backups: readonly Backup[]): string[] {
  return alignColumns(
    backups.map((backup) => [
      neutraliseLine(backup.backup_id),
      localTime(backup.created_at),
      state(backup),
      count(backup.counts.conversations, 'conversation'),
      backup.size === undefined ? '' : formatSize(backup.size),
      [...(backup.origin === 'requested' ? [] : [backup.origin]), ...(backup.encrypted ? ['encrypted'] : [])].join(
        ', ',
      ),
    ]),
  )
}

/** One backup as lines: what is what. */
export function backupDetails(backup: Backup): string[] {
  const { completed_at, counts, error, sha256, size } = backup
  return alignColumns([
    ['Backup', neutraliseLine(backup.backup_id)],
    ['State', state(backup)],
    ...(error === undefined ? [] : [['Reason', neutraliseLine(error)]]),
    ['Shows', localTime(backup.created_at)],
    ...(completed_at === undefined ? [] : [['Complete', localTime(completed_at)]]),
    ['Origin', backup.origin],
    ['Holds', `${count(counts.conversations, 'conversation')}, ${count(counts.messages, 'message')}`],
    ...(size === undefined ? [] : [['Size', `${formatSize(size)} (${size} bytes)`]]),
    ...(sha256 === undefined ? [] : [['SHA-256', neutraliseLine(sha256)]]),
    ['Encrypted', backup.encrypted ? 'yes, to public keys of age' : 'no'],
  ])
}

function state({ progress, status }: Backup): string {
  return status === 'in_progress' ? `${Math.floor(progress * 100)} %` : status
}
