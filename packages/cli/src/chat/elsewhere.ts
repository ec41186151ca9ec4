import { setTimeout as wait } from 'node:timers/promises'
import { type ChatEvent, type ChatFeed, type Message, type Vektor, VektorError } from '@vektor/sdk'

/** How soon a server that did not answer at all is asked again, in milliseconds. */
const RETRY_MS = 5000
/** How long, in milliseconds, whoever opens a conversation waits for a server that does not say where its stream begins. */
const LONGEST_WAIT_MS = 2000

/** An answer that began, and what it answers: nothing new, where an old question is answered again. */
export interface BegunAnswer {
  conversationId: string
  messageId: string
  /** What the questions come after; where there are none, what is answered. */
  parentId: string | null
  questions: readonly Message[]
}

export interface ElsewhereListener {
  /** Told of each answer that nobody said was known. */
  onAnswer(answer: BegunAnswer): void
  onConnection(state: 'lost' | 'resumed'): void
  /** Nothing more will be told until the next `resume`. */
  onFailure(error: unknown): void
}

/**
 * Notices what the account asks on other devices. While this one shows an answer it listens to nothing else: it is told
 * afterwards what began meanwhile.
 */
export class Elsewhere implements Disposable {
  readonly #client: Pick<Vektor, 'chat'>
  readonly #leaving = new AbortController()
  /** Answers that are shown already, or not to be shown. */
  readonly #known = new Set<string>()
  /** What was said, by the id of the answer that has not begun yet. */
  readonly #said = new Map<string, Message[]>()
  #listener: ElsewhereListener | undefined
  #begun: BegunAnswer[] = []
  #feed: ChatFeed | undefined
  #cursor: string | undefined
  #isPaused = true
  #retry: NodeJS.Timeout | undefined

  constructor(client: Pick<Vektor, 'chat'>) {
    this.#client = client
  }

  /**
   * Begins to take notice, and tells nothing before the first `resume`. What is read of a conversation afterwards and what
   * is told then leave no gap between them, unless the server took too long.
   */
  async begin(): Promise<void> {
    await Promise.race([this.#open().ready(), wait(LONGEST_WAIT_MS, undefined, { ref: false })])
  }

  tell(listener: ElsewhereListener): void {
    this.#listener = listener
  }

  know(messageId: string): void {
    this.#known.add(messageId)
  }

  pause(): void {
    this.#isPaused = true
    clearTimeout(this.#retry)
    // One that does not know yet where it stands could not go on there.
    if (this.#feed?.cursor !== undefined) this.#close()
  }

  resume(): void {
    if (this.#leaving.signal.aborted) return
    this.#isPaused = false
    this.#deliver()
    if (!this.#isPaused && !this.#feed) this.#open()
  }

  [Symbol.dispose](): void {
    this.#leaving.abort()
    clearTimeout(this.#retry)
  }

  #open(): ChatFeed {
    const feed = this.#client.chat.followAll({
      cursor: this.#cursor,
      signal: this.#leaving.signal,
      reconnectForMs: Number.POSITIVE_INFINITY,
      onConnection: (state) => {
        if (!this.#isPaused) this.#listener?.onConnection(state)
      },
    })
    this.#feed = feed
    this.#read(feed).catch((error: unknown) => {
      if (this.#feed === feed) this.#fail(error)
    })
    return feed
  }

  #close(): void {
    const feed = this.#feed
    this.#feed = undefined
    this.#cursor = feed?.cursor ?? this.#cursor
    feed?.close()
  }

  async #read(feed: ChatFeed): Promise<void> {
    for await (const event of feed) {
      if (this.#feed !== feed) return
      this.#take(event)
      this.#deliver()
    }
  }

  #take(event: ChatEvent): void {
    const { message_id: messageId } = event
    if (event.type === 'message') {
      this.#said.set(messageId, [...(this.#said.get(messageId) ?? []), event.message])
    } else if (event.type === 'start') {
      const { conversation_id: conversationId, parent_id: parentId } = event
      const questions = this.#said.get(messageId) ?? []
      this.#said.delete(messageId)
      const [first] = questions
      this.#begun.push({ conversationId, messageId, parentId: first ? first.parent_id : parentId, questions })
    }
  }

  #deliver(): void {
    while (!this.#isPaused) {
      const answer = this.#begun.shift()
      if (!answer) return
      if (this.#known.has(answer.messageId)) continue
      this.#known.add(answer.messageId)
      this.#listener?.onAnswer(answer)
    }
  }

  /** While it is paused that is nobody's concern: with the next `resume` it is tried again. */
  #fail(error: unknown): void {
    this.#close()
    if (this.#isPaused || this.#leaving.signal.aborted) return
    if (!(error instanceof VektorError) || error.code !== 'network') return this.#listener?.onFailure(error)
    this.#retry = setTimeout(() => this.#open(), RETRY_MS).unref()
  }
}
