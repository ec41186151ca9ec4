/**
 * Only the streams, for pages where every kilobyte counts.
 *
 * @packageDocumentation
 */
import { type Chat, createChatOn } from './chat/chat.ts'
import { type ConnectionOptions, connectTo } from './transport/options.ts'

/**
 * The `chat` part of a client, without sign-in: authorise requests in `fetch`.
 *
 * @example
 * ```ts
 * import { createChat } from '@vektor/sdk/stream'
 *
 * const chat = createChat({
 *   baseUrl: 'https://vektor.example.com',
 *   fetch: (request) => {
 *     request.headers.set('authorization', `Bearer ${accessToken}`)
 *     return fetch(request)
 *   },
 * })
 * for await (const piece of chat.follow({ conversationId }).text()) console.log(piece)
 * ```
 */
export function createChat(options: ConnectionOptions): Chat {
  return createChatOn(connectTo(options))
}

export type { ChatStream, FinalMessage } from './chat/answer-stream.ts'
export type { Chat, ChatFeed, ChatOptions, FollowAllOptions, FollowTarget, ResumePoint } from './chat/chat.ts'
export type { StreamOptions } from './chat/event-feed.ts'
export type { ConnectionOptions } from './transport/options.ts'
export type { Fetch } from './transport/send.ts'
export { type LocalErrorCode, VektorError, type VektorErrorDetails } from './vektor-error.ts'
export type { ChatEvent, ChatRequest, FieldError, FinishReason, Message, Problem, Usage } from './wire-types.ts'
