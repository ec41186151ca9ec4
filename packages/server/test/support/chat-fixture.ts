import { pino } from 'pino'
import { AppError } from '../../src/app-error.ts'
import type { Database } from '../../src/database/database.ts'
import { newId } from '../../src/id.ts'
import { ChatService, GenerationRepository, TitleWriter } from '../../src/modules/chat/index.ts'
import {
  ConversationListRepository,
  ConversationRepository,
  ConversationService,
} from '../../src/modules/conversations/index.ts'
import type { Provider, ProviderEvent, ProviderRequest } from '../../src/providers/provider.ts'
import { openTestDatabase } from './test-database.ts'

/** A model that says what a test tells it to, when it tells it to. */
export class ScriptedModel implements Provider {
  readonly requests: ProviderRequest[] = []
  readonly #events: (ProviderEvent | Error | 'break')[] = []
  readonly #waiting = new Set<() => void>()
  throwsWhenStopped: Error | undefined

  say(text: string): void {
    this.#push({ type: 'text', text })
  }

  think(text: string): void {
    this.#push({ type: 'reasoning', text })
  }

  notify(code: string, detail: string): void {
    this.#push({ type: 'notice', code, detail })
  }

  finish(reason: 'stop' | 'length' = 'stop'): void {
    this.#push({ type: 'finish', reason, usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } })
  }

  /** Its connection ends without a finish. */
  break(): void {
    this.#push('break')
  }

  fail(error: Error): void {
    this.#push(error)
  }

  async *stream(request: ProviderRequest, signal: AbortSignal): AsyncIterable<ProviderEvent> {
    this.requests.push(request)
    signal.addEventListener('abort', () => this.#wakeAll())
    while (!signal.aborted) {
      const event = this.#events.shift()
      if (event === 'break') return
      if (event instanceof Error) throw event
      if (event) yield event
      if (event?.type === 'finish') return
      if (this.#events.length === 0 && !signal.aborted) await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
    if (this.throwsWhenStopped) throw this.throwsWhenStopped
  }

  #push(event: ProviderEvent | Error | 'break'): void {
    this.#events.push(event)
    this.#wakeAll()
  }

  #wakeAll(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}

export type ChatFixture = Awaited<ReturnType<typeof openChatFixture>>

/** The chat and the conversations on a real database, one account in it, and a model that the test plays. */
export async function openChatFixture({ hasTitleModel = false } = {}) {
  const opened = await openTestDatabase('chat')
  const { block, database } = opened
  const clock = { now: Date.UTC(2026, 0, 1) }
  const now = () => clock.now
  const model = new ScriptedModel()
  const models = {
    require(name: string) {
      if (name !== 'scripted') throw new AppError('unknown-model', 'Choose one of the models that are listed.')
      return { name, provider: model, hasImages: true }
    },
    requireImages() {},
  }
  const repository = new ConversationRepository(database)
  const logs: Record<string, unknown>[] = []
  const log = pino({}, { write: (line: string) => void logs.push(JSON.parse(line)) })
  const titleModel = new ScriptedModel()
  const findModel = () => ({ name: 'titles', provider: titleModel, hasImages: false })
  /** A server on the same database; each is a writer of its own. */
  const openChat = () =>
    new ChatService({
      database,
      chats: new GenerationRepository(database),
      conversations: repository,
      models,
      log,
      ...(hasTitleModel && { titles: new TitleWriter({ database, conversations: repository, findModel, log }) }),
      now,
    })
  const chat = openChat()
  const conversations = new ConversationService({
    database,
    conversations: repository,
    lists: new ConversationListRepository(database),
    beforeDelete: (ownerId, conversationId) => chat.endAll(ownerId, conversationId),
    now,
  })
  return {
    ana: await insertAccount(database, 'ana'),
    bob: await insertAccount(database, 'bob'),
    block,
    chat,
    clock,
    conversations,
    database,
    /** What the chat has logged. */
    logs,
    model,
    openChat,
    /** Asked for titles, if it is wanted. */
    titleModel,
    async [Symbol.asyncDispose]() {
      await chat.drain(0)
      await opened[Symbol.asyncDispose]()
    },
  }
}

async function insertAccount(database: Database, username: string): Promise<string> {
  const id = newId()
  const keys = { email: username, email_key: username, username, username_key: username }
  const rest = { password_hash: '', role: 'user', created_at: 0, updated_at: 0 }
  await database.write('accounts').insert({ id, ...keys, ...rest })
  return id
}
