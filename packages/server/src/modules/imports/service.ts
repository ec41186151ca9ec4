import { AppError } from '../../app-error.ts'
import type { Spool, SpooledFile } from '../../spool.ts'
import { tidyTitle } from '../conversations/index.ts'
import { ConversationArchive, ZIP_SIGNATURE } from './archive.ts'
import { readConversation } from './formats/index.ts'
import { type FoundConversation, UnreadableConversation } from './found-conversation.ts'
import { BrokenFile, type Element, ElementScanner } from './json-elements.ts'
import type { ImportStore } from './store.ts'

/** What became of one conversation of a file. */
export interface ImportReport {
  /** Null where the file breaks off, and for what has none. */
  sourceId: string | null
  title: string | null
  status: 'imported' | 'already_there' | 'refused'
  conversationId?: string
  newMessages?: number
  reason?: string
}

export interface ImportServiceOptions {
  spool: Spool
  store: ImportStore
  /** The most that a file holds once it is decompressed. */
  limitBytes: number
}

/** Each may hold a conversation of the largest size in memory, a few times over. */
const AT_ONCE = 4

/** Takes the conversations of files into the histories of accounts. */
export class ImportService implements AsyncDisposable {
  readonly #options: ImportServiceOptions
  /** By account: each has one at a time. */
  readonly #running = new Map<string, PromiseWithResolvers<void>>()
  #isEnding = false

  constructor(options: ImportServiceOptions) {
    this.#options = options
  }

  /**
   * Reports on each conversation once it is stored. Nothing is done before the first is asked for, and nothing more once
   * nobody asks. Throws an `AppError` for what is no export, before anything is stored; a file that breaks off later ends
   * with a report that says so.
   */
  async *import(ownerId: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ImportReport> {
    using _place = this.#take(ownerId)
    await using file = await this.#options.spool.receive(bytes)
    let isBegun = false
    try {
      for await (const report of this.#importFile(ownerId, file)) {
        isBegun = true
        yield report
        if (this.#isEnding) throw shuttingDown()
      }
    } catch (error) {
      const isTold = error instanceof BrokenFile || (error instanceof AppError && isBegun)
      if (!isTold) throw error
      if (!isBegun) throw noExport(error)
      yield { sourceId: null, title: null, status: 'refused', reason: error.message }
    }
  }

  /** Ends what runs after the conversation that it is at. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.stop()
    await Promise.all([...this.#running.values()].map(({ promise }) => promise))
  }

  stop(): void {
    this.#isEnding = true
  }

  #take(ownerId: string): Disposable {
    if (this.#isEnding) throw shuttingDown()
    if (this.#running.has(ownerId)) {
      throw new AppError(
        'import-running',
        'Wait until the file that is being imported is done, then send this one again.',
      )
    }
    if (this.#running.size >= AT_ONCE) {
      const detail = 'Too many files are being imported right now: try again in a minute.'
      throw new AppError('busy', detail, { retryAfterSeconds: 60 })
    }
    const place = Promise.withResolvers<void>()
    this.#running.set(ownerId, place)
    return {
      [Symbol.dispose]: () => {
        this.#running.delete(ownerId)
        place.resolve()
      },
    }
  }

  async *#importFile(ownerId: string, file: SpooledFile): AsyncGenerator<ImportReport> {
    let isKnown = false
    for await (const content of contentsOf(file, this.#options.limitBytes)) {
      for await (const element of elementsOf(content)) {
        if ('fault' in element) {
          yield { sourceId: null, title: null, status: 'refused', reason: element.fault }
          continue
        }
        const value = parse(element.text)
        // What begins with something else goes on with something else.
        if (!isKnown && !isConversation(value))
          throw new BrokenFile('The file holds no conversations that this server knows.')
        isKnown = true
        yield await this.#importOne(ownerId, value)
      }
    }
  }

  async #importOne(ownerId: string, value: unknown): Promise<ImportReport> {
    let found: FoundConversation | undefined
    try {
      found = readConversation(value)
      if (!found) throw new UnreadableConversation('It is no conversation in a form that this server knows.')
      const { conversationId, newMessages, remark, title } = await this.#options.store.store(ownerId, found)
      const reason = remark === undefined ? {} : { reason: remark }
      const report = { sourceId: found.sourceId, title, conversationId }
      if (newMessages === 0) return { ...report, status: 'already_there' }
      return { ...report, status: 'imported', newMessages, ...reason }
    } catch (error) {
      if (!(error instanceof UnreadableConversation)) throw error
      const { sourceId = null, title } = found ?? {}
      return { sourceId: sourceId || null, title: tidyTitle(title ?? ''), status: 'refused', reason: error.message }
    }
  }
}

/** The JSON in a file: itself, or what is in the archive that it is. */
async function* contentsOf(file: SpooledFile, limitBytes: number): AsyncGenerator<AsyncIterable<Uint8Array>> {
  const beginning = await file.beginning(ZIP_SIGNATURE.length)
  if (!beginning.equals(ZIP_SIGNATURE)) yield file.read()
  else yield* (await ConversationArchive.open(file.descriptor, limitBytes)).files()
}

async function* elementsOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Element> {
  const scanner = new ElementScanner()
  for await (const chunk of content) yield* scanner.scan(chunk)
  scanner.end()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new BrokenFile('The file is no JSON from here on.', { cause })
  }
}

function isConversation(value: unknown): boolean {
  try {
    return readConversation(value) !== undefined
  } catch (error) {
    return error instanceof UnreadableConversation
  }
}

function noExport(cause: Error): AppError {
  const detail = `${cause.message} Send what Vektor, ChatGPT or Open WebUI has exported.`
  return new AppError('no-export', detail, { cause })
}

function shuttingDown(): AppError {
  const detail = 'This server is shutting down: import the file again in a few seconds.'
  return new AppError('draining', detail, { retryAfterSeconds: 5 })
}
