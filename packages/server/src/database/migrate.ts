import type { Knex } from 'knex'
import type { Database } from './database.ts'
import * as firstTables from './migrations/001-first-tables.ts'
import * as preferencesAndDeviceNames from './migrations/002-preferences-and-device-names.ts'
import * as history from './migrations/003-history.ts'
import * as limits from './migrations/004-limits.ts'
import * as accountDeletion from './migrations/005-account-deletion.ts'
import * as reasoning from './migrations/006-reasoning.ts'
import * as openStreams from './migrations/007-open-streams.ts'
import * as messageParts from './migrations/008-message-parts.ts'
import * as jobs from './migrations/009-jobs.ts'
import * as backups from './migrations/010-backups.ts'
import * as restores from './migrations/011-restores.ts'
import * as backupSchedules from './migrations/012-backup-schedules.ts'
import * as searchLeftovers from './migrations/013-search-leftovers.ts'

/** In order. A migration that has landed is never edited: what comes after it is a new one. */
const MIGRATIONS = [
  { name: '001-first-tables', ...firstTables },
  { name: '002-preferences-and-device-names', ...preferencesAndDeviceNames },
  { name: '003-history', ...history },
  { name: '004-limits', ...limits },
  { name: '005-account-deletion', ...accountDeletion },
  { name: '006-reasoning', ...reasoning },
  { name: '007-open-streams', ...openStreams },
  { name: '008-message-parts', ...messageParts },
  { name: '009-jobs', ...jobs },
  { name: '010-backups', ...backups },
  { name: '011-restores', ...restores },
  { name: '012-backup-schedules', ...backupSchedules },
  { name: '013-search-leftovers', ...searchLeftovers },
]

type Listed = (typeof MIGRATIONS)[number]

const source: Knex.MigrationSource<Listed> = {
  getMigrations: async () => MIGRATIONS,
  getMigrationName: (migration) => migration.name,
  getMigration: async (migration) => migration,
}

/** Brings the tables up to date; answers the names of the migrations that it ran. */
export async function migrate(database: Database): Promise<string[]> {
  return database.migrate(async (knex) => {
    // Whoever left it locked is dead: nobody else is here.
    await knex.migrate.forceFreeMigrationsLock()
    const [, ran]: [number, (string | Listed)[]] = await knex.migrate.latest({ migrationSource: source })
    return ran.map(nameOf)
  })
}

/** Whether the tables are those that this version needs. */
export async function isMigrated(database: Database): Promise<boolean> {
  const [, pending] = await database.guard(() => database.read.migrate.list({ migrationSource: source }))
  return pending.length === 0
}

function nameOf(migration: string | Listed): string {
  return typeof migration === 'string' ? migration : migration.name
}
