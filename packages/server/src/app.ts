import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Config, ConfigError } from './config/config.ts'
import { SETTINGS } from './config/env.ts'
import { ConfigFolder } from './config/files/config-folder.ts'
import { loadSecret } from './config/secret-file.ts'
import { createBackups } from './create-backups.ts'
import type { Database, Transaction } from './database/database.ts'
import { requireSameSecret } from './database/secret-fingerprint.ts'
import contract from './generated/openapi.json' with { type: 'json' }
import { startHousekeeping } from './housekeeping.ts'
import { createHttpApp, type HttpApp, pageRoutes, RequestLimits } from './http/index.ts'
import { createFingerprint } from './limits/fingerprint.ts'
import { openCounters } from './limits/open-counters.ts'
import { openSeats } from './limits/open-seats.ts'
import type { Log } from './log.ts'
import {
  AccountRepository,
  AccountRestore,
  AccountService,
  accountRoutes,
  PasswordGuard,
  PasswordHasher,
  PreferenceRepository,
  PreferenceService,
} from './modules/accounts/index.ts'
import { AdapterService, adapterRoutes } from './modules/adapters/index.ts'
import { BackupScheduleRepository, backupRoutes } from './modules/backups/index.ts'
import { ChatService, chatRoutes, GenerationRepository, TitleWriter } from './modules/chat/index.ts'
import {
  ConversationListRepository,
  ConversationRemoval,
  ConversationRepository,
  ConversationService,
  conversationRoutes,
  ExportService,
  SearchLeftovers,
} from './modules/conversations/index.ts'
import { ImportRepository, ImportService, ImportStore, importRoutes } from './modules/imports/index.ts'
import { McpServerService, mcpServerRoutes } from './modules/mcp-servers/index.ts'
import { type Model, ModelService, modelRoutes } from './modules/models/index.ts'
import {
  DeviceRepository,
  DeviceService,
  deviceRoutes,
  FamiliarPlaceRepository,
  FamiliarPlaces,
  SessionRepository,
  SessionService,
  sessionRoutes,
} from './modules/sessions/index.ts'
import { Monitor, StatusReporter, StatusRepository, StatusService, statusRoutes } from './modules/status/index.ts'
import { openDatabase } from './open-database.ts'
import { Resources } from './resources.ts'
import { Spool } from './spool.ts'
import { readVersion } from './version.ts'

/** The whole server but for the port it listens on. */
export interface App extends AsyncDisposable {
  readonly listener: RequestListener
  /** Takes no new work and finishes what runs, within nine seconds. */
  drain(): Promise<void>
}

/** How often to look for answers of other servers that have died. */
const DEAD_WRITERS_MS = 500

/** How often what was deleted is taken out of the search's index, all of which is written anew; at once where an account is. */
const SEARCH_LEFTOVERS_MS = 6 * 3_600_000

/** How long answers that run may take to finish once the server shall end. */
const DRAIN_MS = 8_000

/** Builds everything: nothing else in the server constructs what it depends on. */
export async function openApp(config: Config, log: Log): Promise<App> {
  const resources = new Resources()
  try {
    const { database } = await openDatabase(config, log, resources)
    return await compose({ config, log, database, resources })
  } catch (error) {
    await resources[Symbol.asyncDispose]()
    throw error
  }
}

interface Foundation {
  config: Config
  log: Log
  database: Database
  resources: Resources
}

async function compose({ config, log, database, resources }: Foundation): Promise<App> {
  const services = await createServices({ config, log, database, resources })
  const openedSeats = resources.add(await openSeats(database, config.streamLimit, log))
  const { adapters, exports, folder, imports, mcpServers } = services
  const { accounts, backups, chat, conversations, counters, devices, leftovers, models, monitor, preferences } =
    services
  const { sessions, status } = services
  if (database.dialect.isExclusive) await chat.recover()
  else resources.add(startHousekeeping({ deadWriters: () => chat.recoverFromOthers() }, log, DEAD_WRITERS_MS))
  await backups.start()
  resources.add(
    startHousekeeping(
      {
        schedules: (signal) => backups.scheduler.tick(signal),
        backups: () => backups.retention.sweep(),
        restores: (signal) => backups.restores.sweep(signal),
      },
      log,
    ),
  )
  // On their own: a large account takes long, and a large index too.
  resources.add(startHousekeeping({ accounts: (signal) => accounts.sweep(signal) }, log))
  resources.add(startHousekeeping({ search: (signal) => leftovers.remove(signal) }, log, SEARCH_LEFTOVERS_MS))
  resources.add(
    startHousekeeping(
      {
        sessions: () => sessions.sweep(),
        chat: () => chat.sweep(),
        counters: () => counters.sweep(),
        seats: () => openedSeats.sweep(),
      },
      log,
    ),
  )

  const reporter = new StatusReporter({
    version: readVersion(),
    monitor,
    repository: new StatusRepository(database),
    chat,
    models,
    config: folder,
    countStreams: () => http.countStreams(),
    now: Date.now,
  })
  const http: HttpApp = createHttpApp({
    contract,
    handlers: {
      ...accountRoutes(accounts, preferences),
      ...adapterRoutes(adapters),
      ...backupRoutes(backups),
      ...chatRoutes(chat),
      ...conversationRoutes(conversations, exports),
      ...deviceRoutes(devices),
      ...importRoutes(imports),
      ...mcpServerRoutes(mcpServers),
      ...modelRoutes(models),
      ...sessionRoutes(sessions),
      ...statusRoutes({ status, reporter, metricsToken: config.metricsToken }),
      ...pageRoutes({ contract, version: readVersion() }),
    },
    authenticator: sessions,
    limits: new RequestLimits(counters, config.rateLimit),
    seats: openedSeats.seats,
    bodyLimitBytes: config.bodyLimitBytes,
    streamLimits: { archive: config.archiveLimitBytes, import: config.importLimitBytes },
    corsOrigins: config.corsOrigins,
    trustedProxies: config.trustedProxies,
    onFinished: (request) => monitor.requestFinished(request),
    log,
  })
  // Whoever closes without draining has not the time to wait, but what has been written stays.
  resources.add({
    async [Symbol.asyncDispose]() {
      await chat.drain(0)
      await http.closeStreams()
    },
  })
  return {
    listener: http.app,
    async drain() {
      status.startDraining()
      imports.stop()
      await Promise.all([backups.restores[Symbol.asyncDispose](), chat.drain(DRAIN_MS)])
      // Whoever keeps up with an answer is told its end in this turn; others ask again, with their cursor.
      await setImmediate()
      await http.closeStreams()
    },
    [Symbol.asyncDispose]: () => resources[Symbol.asyncDispose](),
  }
}

async function createServices({ config, log, database, resources }: Foundation) {
  const now = Date.now
  const monitor = resources.add(new Monitor(now))
  const secret = config.secret ?? (await loadSecret(config.dataDir))
  if (!database.dialect.isExclusive) await requireSameSecret(database, secret)
  const fingerprint = createFingerprint(secret)
  const counters = openCounters(database, fingerprint)
  const guard = new PasswordGuard(counters)
  const folder = new ConfigFolder({ path: config.configDir, environment: config.environment, log })
  const models = resources.add(await ModelService.open(folder, { idleTimeoutMs: config.upstreamIdleTimeoutMs }))
  const findTitleModel = titleModelOf(config, models)
  const mcpServers = resources.add(await McpServerService.open(folder))
  const adapters = resources.add(await AdapterService.open(folder))
  const removal = new ConversationRemoval(database)
  const leftovers = new SearchLeftovers(database)
  const accountRepository = new AccountRepository(database)
  const schedules = new BackupScheduleRepository(database)
  const onChange = (transaction: Transaction, accountId: string) => schedules.forget(transaction, accountId)
  const preferenceRepository = new PreferenceRepository(database)
  const accounts = new AccountService({
    database,
    accounts: accountRepository,
    passwords: await PasswordHasher.create(),
    guard,
    passwordRules: { minLength: config.passwordMinLength },
    registration: config.registration,
    endSessions: (transaction, accountId, choice) => sessions.endWithin(transaction, accountId, choice),
    async deleteContent(accountId, signal) {
      await chat.endAll(accountId)
      await backups.restores.deleteAll(accountId, signal)
      await backups.service.deleteAll(accountId, signal)
      await removal.deleteAll(accountId, signal)
      await leftovers.remove(signal)
    },
    now,
  })
  const sessions = resources.add(
    new SessionService({
      database,
      sessions: new SessionRepository(database),
      places: new FamiliarPlaces(new FamiliarPlaceRepository(database), { fingerprint, now }),
      accounts,
      guard,
      secret,
      refreshRotation: config.refreshRotation,
      now,
    }),
  )
  const conversationRepository = new ConversationRepository(database)
  const chat = new ChatService({
    database,
    chats: new GenerationRepository(database),
    conversations: conversationRepository,
    models,
    log,
    observer: monitor,
    ...(findTitleModel && {
      titles: new TitleWriter({
        database,
        conversations: conversationRepository,
        findModel: findTitleModel,
        log,
        observer: monitor,
      }),
    }),
    now,
  })
  const lists = new ConversationListRepository(database)
  const exports = new ExportService({ conversations: conversationRepository, lists })
  const spool = await Spool.open(join(config.dataDir, 'spool'), { isOurs: database.dialect.isExclusive })
  const store = new ImportStore({
    database,
    imports: new ImportRepository(database),
    conversations: conversationRepository,
    now,
  })
  const imports = resources.add(new ImportService({ spool, store, limitBytes: config.importLimitBytes }))
  const conversations = new ConversationService({
    database,
    conversations: conversationRepository,
    lists,
    beforeDelete: (ownerId, conversationId) => chat.endAll(ownerId, conversationId),
    now,
  })
  const preferences = new PreferenceService({ database, preferences: preferenceRepository, models, onChange })
  const devices = new DeviceService({ database, devices: new DeviceRepository(database), sessions, now })
  const backups = await createBackups({
    config,
    log,
    database,
    resources,
    removal,
    spool,
    accounts: new AccountRestore({ accounts: accountRepository, preferences: preferenceRepository, onChange, now }),
    preferences: preferenceRepository,
    schedules,
    endAnswers: (accountId) => chat.endAll(accountId),
  })
  const status = new StatusService({ repository: new StatusRepository(database), dataDir: config.dataDir })
  return {
    accounts,
    adapters,
    backups,
    mcpServers,
    chat,
    conversations,
    counters,
    devices,
    exports,
    folder,
    imports,
    leftovers,
    models,
    monitor,
    preferences,
    sessions,
    status,
  }
}

/** The file that lists it may change: it is looked up each time. */
function titleModelOf({ titleModel }: Config, models: ModelService): (() => Model) | undefined {
  if (titleModel === undefined) return undefined
  if (models.find(titleModel)) return () => models.require(titleModel)
  const { name, rule } = SETTINGS.titleModel
  throw new ConfigError([`${name} must be ${rule}; ${JSON.stringify(titleModel)} is not. ${models.choice}`])
}
