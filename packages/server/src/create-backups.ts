import type { Config } from './config/config.ts'
import type { Database } from './database/database.ts'
import { openJobRunner } from './jobs/open-job-runner.ts'
import type { Log } from './log.ts'
import { AccountArchive, type AccountRestore, type PreferenceRepository } from './modules/accounts/index.ts'
import {
  BackupJob,
  BackupRepository,
  type BackupScheduleRepository,
  BackupScheduler,
  BackupService,
  LocalCopies,
  RestoreService,
  Retention,
  UploadService,
} from './modules/backups/index.ts'
import {
  ConversationArchive,
  type ConversationRemoval,
  RestoreApplication,
  RestoreRepository,
  RestoreStaging,
} from './modules/conversations/index.ts'
import { Places } from './places.ts'
import type { Resources } from './resources.ts'
import type { Spool } from './spool.ts'
import { openStorage } from './storage/open-storage.ts'
import { readVersion } from './version.ts'

/** How many archives are read at once: to be verified, uploaded or restored. */
const ARCHIVES_AT_ONCE = 4

/** How many archives arrive at once, each of which may take a part of the disk. */
const ARRIVALS_AT_ONCE = 16

/** A message with images may be as long as a request; whatever is not ASCII is longer in JSON. */
const LEAST_LINE_LIMIT_BYTES = 32 * 1024 ** 2

/** What the rest of the server has that backups need. */
export interface BackupFoundation {
  config: Config
  log: Log
  database: Database
  resources: Resources
  removal: ConversationRemoval
  spool: Spool
  accounts: AccountRestore
  preferences: PreferenceRepository
  schedules: BackupScheduleRepository
  endAnswers(accountId: string): Promise<void>
}

/** Whatever makes, keeps and restores backups. */
export async function createBackups(foundation: BackupFoundation) {
  const { accounts, config, database, endAnswers, log, preferences, removal, resources, schedules, spool } = foundation
  const now = Date.now
  const isOurs = database.dialect.isExclusive
  const storage = await openStorage(config.backupStorage)
  const copies = new LocalCopies(storage, spool)
  const places = new Places(ARCHIVES_AT_ONCE)
  const backups = new BackupRepository(database)
  const retention = new Retention({
    database,
    backups,
    storage,
    keepOf: async (id) => (await preferences.find(id))?.backupKeep ?? config.backupKeep,
    now,
  })
  const jobs = resources.add(await openJobRunner(database, log))
  const job = new BackupJob({
    database,
    backups,
    accounts: new AccountArchive(),
    conversations: new ConversationArchive(),
    storage,
    retention,
    spool,
    createdBy: `vektor-server ${readVersion()}`,
    log,
    now,
  })
  const service = new BackupService({
    database,
    backups,
    jobs,
    storage,
    copies,
    places,
    retention,
    recipientsOf: async (id) => (await preferences.find(id))?.backupRecipients ?? [],
    now,
  })
  const uploads = new UploadService({
    database,
    backups,
    spool,
    storage,
    retention,
    arrivals: new Places(ARRIVALS_AT_ONCE),
    places,
    limitBytes: config.archiveLimitBytes,
    lineLimitBytes: Math.max(LEAST_LINE_LIMIT_BYTES, 2 * config.bodyLimitBytes),
    now,
  })
  const restoreRepository = new RestoreRepository(database)
  // Whoever restored here is dead.
  if (isOurs) await restoreRepository.endEverything()
  const restores = resources.add(
    new RestoreService({
      database,
      backups,
      copies,
      places,
      accounts,
      restores: restoreRepository,
      staging: new RestoreStaging(database),
      application: new RestoreApplication(database),
      removal,
      keepSafe: (accountId) => service.keepSafe(accountId),
      endAnswers,
      log,
    }),
  )
  const scheduler = new BackupScheduler({
    database,
    schedules,
    backups: service,
    scheduleOf: async (id) => (await preferences.find(id))?.backupSchedule ?? undefined,
    schedule: config.backupSchedule,
    now,
  })
  const start = () => jobs.start({ 'safety-backup': job, backup: job, 'scheduled-backup': job })
  return { service, restores, uploads, retention, scheduler, start }
}
