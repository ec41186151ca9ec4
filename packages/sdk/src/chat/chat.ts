import { withRetry } from '../transport/backoff.ts'
import { type Send, unreadable } from '../transport/send.ts'
import type { ChatEvent, ChatRequest, Message } from '../wire-types.ts'
import { AnswerStream, type ChatStream } from './answer-stream.ts'
import { EventFeed, type StreamOptions } from './event-feed.ts'

/** Options of `chat.stream()`. */
export interface ChatOptions extends StreamOptions {
  /**
   * Names what you want done: asked for again with the same key within 24 hours, the server streams the answer it
   * started the first time. Without it every call has a new one, which bridges a connection lost at the very beginning.
   */
  idempotencyKey?: string | undefined
}

/** Which answer to follow: the one being written in a conversation, a certain one, or the rest of one. */
export type FollowTarget =
  | { conversationId: string; messageId?: undefined; cursor?: undefined }
  | { messageId: string; conversationId?: string | undefined; cursor?: undefined }
  | ResumePoint

/** Where another stream was left: its `conversationId`, `messageId` and `cursor`, and the text it had received. */
export interface ResumePoint {
  conversationId: string
  messageId: string
  cursor: string
  /** The text received before; `final()` puts it in front of the rest. */
  content?: string | undefined
  /** And the reasoning, likewise. */
  reasoning?: string | undefined
}

/** Options of `chat.followAll()`. */
export interface FollowAllOptions extends StreamOptions {
  /** Where another feed was left. */
  cursor?: string | undefined
  /** Milliseconds to go on trying to get a lost connection back, instead of the client's; `Infinity` never gives up. */
  reconnectForMs?: number | undefined
}

/** Everything an account generates, on any device, as it is written. */
export interface ChatFeed extends AsyncIterable<ChatEvent> {
  /** Where to go on with `chat.followAll({ cursor })`. */
  readonly cursor: string | undefined
  /**
   * Resolves once the server has said where the feed begins, whether it is read or not: what begins from then on is in it,
   * so what is fetched from then on and what the feed tells leave no gap between them. Resolves too if the feed is over.
   *
   * @example
   * ```ts
   * const feed = vektor.chat.followAll()
   * await feed.ready()
   * const { messages } = await vektor.history.get(conversationId)
   * ```
   */
  ready(): Promise<void>
  /** Closes the connection. Leaving the loop does the same. */
  close(): void
}

/** Asking models and following their answers. */
export interface Chat {
  /**
   * Sends messages and streams the answer. The request goes out at once.
   *
   * @example
   * ```ts
   * const stream = vektor.chat.stream({ model: 'eliza', messages: [{ role: 'user', content: 'Hola' }] })
   * for await (const piece of stream.text()) process.stdout.write(piece)
   * ```
   *
   * `parent_id` begins another branch of a conversation: with the `parent_id` of an earlier question the messages take
   * its place, and without messages the question of that id is answered again.
   *
   * @example
   * ```ts
   * vektor.chat.stream({ model: 'eliza', messages: [], conversation_id: conversationId, parent_id: messageId })
   * ```
   */
  stream(request: ChatRequest, options?: ChatOptions): ChatStream
  /**
   * Follows an answer that was started elsewhere, or goes on with one whose stream was left. If nothing is being written
   * there the iteration is empty, and `final()` throws `nothing-to-follow`.
   *
   * @example
   * ```ts
   * const { content } = await vektor.chat.follow({ conversationId }).final()
   * ```
   */
  follow(target: FollowTarget & StreamOptions): ChatStream
  /**
   * Follows every answer of the account: those being written, from their beginning, and those that begin later;
   * `message_id` tells them apart. It goes on until you leave the loop, abort the signal or sign out, or a lost connection
   * cannot be had back.
   *
   * @example
   * ```ts
   * for await (const event of vektor.chat.followAll()) console.log(event.message_id, event.type)
   * ```
   */
  followAll(options?: FollowAllOptions): ChatFeed
  /**
   * Stops an answer and keeps the text so far; gives the message as it is then. One that has already ended stays as it
   * is.
   *
   * @throws VektorError `message-not-found`
   *
   * @example
   * ```ts
   * const { content } = await vektor.chat.cancel(messageId)
   * ```
   */
  cancel(messageId: string): Promise<Message>
}

export interface ChatSettings {
  baseUrl: string
  send: Send
  reconnectForMs: number
}

export function createChatOn(settings: ChatSettings): Chat {
  const url = `${settings.baseUrl}/chat/stream`
  const get = (query: string, cursor?: string) =>
    new Request(url + query, { headers: cursor ? { 'last-event-id': cursor } : {} })
  const rest = (messageId: string, cursor?: string) => get(`?message_id=${encodeURIComponent(messageId)}`, cursor)

  async function cancel(messageId: string): Promise<Message> {
    const request = new Request(`${url}/${encodeURIComponent(messageId)}/cancel`, { method: 'POST' })
    // An answer that has ended stays as it is, so asking twice does no harm.
    const response = await withRetry(() => settings.send(request))
    return response.json().catch(unreadable)
  }

  return {
    cancel,
    stream(request, { idempotencyKey = randomKey(), ...options } = {}) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey }
      const body = JSON.stringify(request)
      return new AnswerStream({
        ...options,
        ...settings,
        request: (id, cursor) =>
          id && cursor ? rest(id, cursor) : new Request(url, { method: 'POST', headers, body }),
        cancel,
      })
    },
    follow(target) {
      const { conversationId = '' } = target
      return new AnswerStream({
        ...target,
        ...settings,
        request: (id, cursor) =>
          id ? rest(id, cursor) : get(`?conversation_id=${encodeURIComponent(conversationId)}`),
        cancel,
      })
    },
    followAll({ reconnectForMs = settings.reconnectForMs, ...options } = {}) {
      return new EventFeed({ ...settings, ...options, reconnectForMs, request: (cursor) => get('', cursor) })
    },
  }
}

/** Not `crypto.randomUUID`: browsers have it on HTTPS only, and many a server at home has none. */
function randomKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}
