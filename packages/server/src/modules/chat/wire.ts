import type { components } from '../../generated/openapi.ts'
import { encodeEvent, encodeMark, Frame } from '../../sse/encoding.ts'
import { toWireFailure, toWireMessage } from '../conversations/index.ts'
import type { GenerationLog, LogEvent, Reading } from './generation-log.ts'
import type { Mark } from './viewers.ts'

type ChatEvent = components['schemas']['ChatEvent']

/** Each event is serialised once, whoever watches: what it became is kept with the reading that viewers share. */
export function encodeReading(reading: Reading | Mark): Frame {
  if (!reading.event) return encodeMark(reading.cursor)
  const { shared = reading } = reading
  const known = shared.encoded instanceof Frame ? shared.encoded : undefined
  const frame = known ?? encodeEvent(shared.cursor, JSON.stringify(toChatEvent(shared.log, shared.event)))
  shared.encoded = frame
  return shared === reading ? frame : frame.withId(reading.cursor)
}

function toChatEvent({ identity }: GenerationLog, event: LogEvent): ChatEvent {
  const { conversationId: conversation_id, messageId: message_id } = identity
  switch (event.type) {
    case 'message':
      return { type: 'message', message_id, conversation_id, message: toWireMessage(event.message) }
    case 'start':
      return { type: 'start', message_id, conversation_id, model: event.model, parent_id: event.parentId }
    case 'delta':
      return { type: 'delta', message_id, content: event.content }
    case 'reasoning':
      return { type: 'reasoning', message_id, content: event.content }
    case 'notice':
      return { type: 'notice', message_id, code: event.code, detail: event.detail }
    case 'truncate':
      return { type: 'truncate', message_id, length: event.length, reasoning_length: event.reasoningLength }
    case 'done':
      return { type: 'done', message_id, finish_reason: event.finishReason, ...(event.usage && { usage: event.usage }) }
    case 'error':
      return { type: 'error', message_id, problem: toWireFailure(event.failure) }
  }
}
