import type { RequestListener } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import type { Config } from './config/config.ts'
import { loadSecret } from './config/secret-file.ts'
import type { Database } from './database/database.ts'
import contract from './generated/openapi.json' with { type: 'json' }
import { startHousekeeping } from './housekeeping.ts'
import { createHttpApp } from './http/index.ts'
import type { Log } from './log.ts'
import { AccountRepository, AccountService, accountRoutes, PasswordHasher } from './modules/accounts/index.ts'
import { ChatService, chatRoutes, GenerationRepository } from './modules/chat/index.ts'
import { ConversationRepository, ConversationService, conversationRoutes } from './modules/conversations/index.ts'
import { ModelService, modelRoutes } from './modules/models/index.ts'
import { SessionRepository, SessionService, sessionRoutes } from './modules/sessions/index.ts'
import { StatusRepository, StatusService, statusRoutes } from './modules/status/index.ts'
import { openDatabase } from './open-database.ts'
import { Resources } from './resources.ts'

/** The whole server but for the port it listens on. */
export interface App extends AsyncDisposable {
  readonly listener: RequestListener
  /** Takes no new work and finishes what runs, within nine seconds. */
  drain(): Promise<void>
}

/** How long answers that run may take to finish once the server shall end. */
const DRAIN_MS = 8_000

/** Builds everything: nothing else in the server constructs what it depends on. */
export async function openApp(config: Config, log: Log): Promise<App> {
  const resources = new Resources()
  try {
    const { database } = await openDatabase(config, resources)
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
  const { accounts, chat, conversations, models, sessions, status } = services
  await chat.recover()
  resources.add(startHousekeeping({ sessions: () => sessions.sweep(), chat: () => chat.sweep() }, log))

  const { app, closeStreams } = createHttpApp({
    contract,
    handlers: {
      ...accountRoutes(accounts),
      ...chatRoutes(chat),
      ...conversationRoutes(conversations),
      ...modelRoutes(models),
      ...sessionRoutes(sessions),
      ...statusRoutes(status),
    },
    authenticator: sessions,
    bodyLimitBytes: config.bodyLimitBytes,
    log,
  })
  // Whoever closes without draining has not the time to wait, but what has been written stays.
  resources.add({
    async [Symbol.asyncDispose]() {
      await chat.drain(0)
      await closeStreams()
    },
  })
  return {
    listener: app,
    async drain() {
      status.startDraining()
      await chat.drain(DRAIN_MS)
      // Whoever keeps up with an answer is told its end in this turn; others ask again, with their cursor.
      await setImmediate()
      await closeStreams()
    },
    [Symbol.asyncDispose]: () => resources[Symbol.asyncDispose](),
  }
}

async function createServices({ config, log, database, resources }: Foundation) {
  const now = Date.now
  const secret = config.secret ?? (await loadSecret(config.dataDir))
  const models = await ModelService.open({
    configDir: config.configDir,
    environment: config.environment,
    log,
    idleTimeoutMs: config.upstreamIdleTimeoutMs,
  })
  const accounts = new AccountService({
    database,
    accounts: new AccountRepository(database),
    passwords: await PasswordHasher.create(),
    passwordRules: { minLength: config.passwordMinLength },
    registration: config.registration,
    endSessions: (transaction, accountId) => sessions.endWithin(transaction, accountId),
    stopAnswers: (accountId) => chat.endAll(accountId),
    now,
  })
  const sessions = resources.add(
    new SessionService({
      database,
      sessions: new SessionRepository(database),
      accounts,
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
    now,
  })
  const conversations = new ConversationService({
    database,
    conversations: conversationRepository,
    beforeDelete: (ownerId, conversationId) => chat.endAll(ownerId, conversationId),
    now,
  })
  const status = new StatusService({ repository: new StatusRepository(database), dataDir: config.dataDir })
  return { accounts, chat, conversations, models, sessions, status }
}
