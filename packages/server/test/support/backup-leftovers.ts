import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../src/database/database.ts'

/** Where things of restores are that are not over. */
const RESTORING = ['restores', 'restore_conversations', 'restore_messages']

/** What should not be there once every backup and restore has ended and been swept, each as one sentence. */
export async function leftoversOf(database: Database, folder: string): Promise<string[]> {
  // Servers that share a database may share a folder too: there it is emptied a day later.
  const waiting = database.dialect.isExclusive ? await spooled(folder) : []
  return [...(await hiddenRows(database)), ...(await badArchives(database, folder)), ...waiting]
}

async function hiddenRows({ read }: Database): Promise<string[]> {
  const counts = RESTORING.map(async (table) => [table, (await read(table)).length] as const)
  const hidden = (await read('conversations').whereNotNull('restore_id')).length
  const found = [...(await Promise.all(counts)), ['conversations that nobody sees', hidden] as const]
  return found.filter(([, count]) => count > 0).map(([what, count]) => `${count} rows are left in ${what}`)
}

/** A complete backup has an archive with its checksum, every other one has none, and there are no more archives. */
async function badArchives({ read }: Database, folder: string): Promise<string[]> {
  const archives = new Map<string, string>()
  const root = join(folder, 'backups')
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.draft')) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    archives.set(entry.name.slice(0, 36), createHash('sha256').update(bytes).digest('hex'))
  }
  const faults: string[] = []
  for (const { archive_id: archive, id, sha256, status } of await read('backups')) {
    const found = archives.get(archive)
    archives.delete(archive)
    if (status === 'completed' && found !== sha256) faults.push(`the archive of the complete backup ${id} is ${found}`)
    if (status !== 'completed' && found !== undefined) faults.push(`the backup ${id} is ${status} and has an archive`)
    if (status === 'in_progress') faults.push(`the backup ${id} has not ended`)
  }
  return [...faults, ...[...archives.keys()].map((archive) => `the archive ${archive} belongs to no backup`)]
}

async function spooled(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, 'spool')).catch(() => [])
  return names.map((name) => `${name} is left where files wait`)
}
