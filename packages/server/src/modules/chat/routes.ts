import { AppError } from '../../app-error.ts'
import type { components } from '../../generated/openapi.ts'
import type { Frames, Handlers } from '../../http/handler.ts'
import { toWireMessage } from '../conversations/index.ts'
import type { ChatRequest } from './chat-request.ts'
import type { GenerationLog } from './generation-log.ts'
import { followOne } from './log-viewer.ts'
import { type Position, startOf } from './position.ts'
import type { ChatService } from './service.ts'
import { followAccount } from './viewers.ts'
import { encodeReading } from './wire.ts'

type Schemas = components['schemas']

export function chatRoutes(chat: ChatService): Handlers<'streamChat' | 'followChat' | 'cancelGeneration'> {
  const framesOfOne =
    (log: GenerationLog, from: Position): Frames =>
    (signal) =>
      followOne(log, from, signal, encodeReading)

  return {
    async streamChat({ caller, body, headers, requestId }) {
      const idempotencyKey = headers['Idempotency-Key']
      const log = await chat.start(caller.accountId, toChatRequest(body), { requestId, idempotencyKey })
      return { status: 200, frames: framesOfOne(log, startOf(log.identity.sequence)) }
    },

    async followChat({ caller, query, headers }) {
      const { conversation_id: conversationId, message_id: messageId } = query
      const cursor = headers['Last-Event-ID']
      if (conversationId !== undefined && messageId !== undefined) throw oneTargetOnly()
      if (conversationId === undefined && messageId === undefined) {
        const from = cursor === undefined ? undefined : await chat.findPositions(caller.accountId, cursor)
        const generations = chat.generationsOf(caller.accountId)
        return { status: 200, frames: (signal) => followAccount(generations, from, signal, encodeReading) }
      }
      const target = {
        ...(conversationId !== undefined && { conversationId }),
        ...(messageId !== undefined && { messageId }),
      }
      const followed = await chat.follow(caller.accountId, { ...target, ...(cursor !== undefined && { cursor }) })
      return followed ? { status: 200, frames: framesOfOne(followed.log, followed.from) } : { status: 204 }
    },

    async cancelGeneration({ caller, params }) {
      return { status: 200, body: toWireMessage(await chat.cancel(caller.accountId, params.message_id)) }
    },
  }
}

function toChatRequest(body: Schemas['ChatRequest']): ChatRequest {
  const { conversation_id: conversationId, max_tokens: maxTokens, messages, parent_id: parentId, ...rest } = body
  return {
    ...rest,
    messages: messages.map(toPromptMessage),
    ...(conversationId !== undefined && { conversationId }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(parentId !== undefined && { parentId }),
  }
}

/** A list of texts is a text: parts are for messages that are more than that. */
function toPromptMessage({ role, content }: Schemas['PromptMessage']): ChatRequest['messages'][number] {
  if (typeof content === 'string') return { role, content }
  const text = content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n')
  if (content.every(({ type }) => type === 'text')) return { role, content: text }
  const parts = content.map((part) =>
    part.type === 'text' ? part : { type: 'image' as const, url: part.image_url.url },
  )
  return { role, content: text, parts }
}

function oneTargetOnly(): AppError {
  const fields = [{ pointer: '/message_id', detail: 'Leave it out, or leave out conversation_id.' }]
  return new AppError('invalid-request', 'Correct the fields listed in "errors".', { fields })
}
