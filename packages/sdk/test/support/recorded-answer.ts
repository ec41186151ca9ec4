import type { ChatEvent } from '../../src/index.ts'

export const CONVERSATION_ID = '0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b'
export const MESSAGE_ID = '0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d'

/** Where a viewer stands: UTF-16 units of text and events without text it has received. */
interface Position {
  offset: number
  ordinal: number
}

/** An answer that has been written. The rest of it can be sent after each cursor, in pieces of whatever size. */
export class RecordedAnswer {
  readonly text: string
  readonly #before: ChatEvent[]
  readonly #ending: ChatEvent

  constructor(text: string, ending: ChatEvent = done('stop')) {
    this.text = text
    this.#before = [prompt('Hola, ¿cómo estás? 👋'), start()]
    this.#ending = ending
  }

  /** The rest after a cursor as event stream frames, the text in pieces of `pieceLength` characters. */
  frames(cursor: string | undefined, pieceLength: number): string[] {
    const { offset, ordinal } = cursor === undefined ? { offset: 0, ordinal: 0 } : parseCursor(cursor)
    const frames = this.#before
      .slice(ordinal)
      .map((event, index) => frame(event, { offset: 0, ordinal: ordinal + index + 1 }))
    const here = { offset, ordinal: Math.max(ordinal, this.#before.length) }
    for (const piece of pieces(this.text.slice(offset), pieceLength)) {
      here.offset += piece.length
      frames.push(frame({ type: 'delta', message_id: MESSAGE_ID, content: piece }, here))
    }
    if (ordinal <= this.#before.length) frames.push(frame(this.#ending, { ...here, ordinal: here.ordinal + 1 }))
    return frames
  }

  bytes(cursor?: string, pieceLength = 7): Buffer {
    return Buffer.from(this.frames(cursor, pieceLength).join(''))
  }
}

export function prompt(content: string): ChatEvent {
  const message = { id: '0197ef20-3d01-7e4c-b2a8-5d6c7b8a9f0e', role: 'user', content } as const
  const stored = { ...message, created_at: '2025-07-09T14:20:00Z', parent_id: null, status: 'completed' } as const
  return { type: 'message', message_id: MESSAGE_ID, conversation_id: CONVERSATION_ID, message: stored }
}

export function start(): ChatEvent {
  return { type: 'start', message_id: MESSAGE_ID, conversation_id: CONVERSATION_ID, model: 'eliza', parent_id: null }
}

export function delta(content: string): ChatEvent {
  return { type: 'delta', message_id: MESSAGE_ID, content }
}

export function done(finishReason: 'stop' | 'cancelled' | 'interrupted'): ChatEvent {
  const usage = { prompt_tokens: 6, completion_tokens: 8, total_tokens: 14 }
  return { type: 'done', message_id: MESSAGE_ID, finish_reason: finishReason, usage }
}

export function failed(): ChatEvent {
  const problem = { type: '/problems/upstream-timeout', title: 'The model did not answer in time', status: 504 }
  const rest = { detail: 'Send your message again.', instance: '/chat/stream', request_id: 'request-1' }
  return { type: 'error', message_id: MESSAGE_ID, problem: { ...problem, ...rest } }
}

export function frame(event: object, { offset, ordinal }: Position): string {
  return `id: 1.${offset}.${ordinal}\ndata: ${JSON.stringify(event)}\n\n`
}

function parseCursor(cursor: string): Position {
  const [, offset, ordinal] = cursor.split('.').map(Number)
  return { offset: offset ?? 0, ordinal: ordinal ?? 0 }
}

/** Pieces of about `length` units that never end in the middle of a character. */
function pieces(text: string, length: number): string[] {
  const result: string[] = []
  let piece = ''
  for (const character of text) {
    piece += character
    if (piece.length < length) continue
    result.push(piece)
    piece = ''
  }
  return piece === '' ? result : [...result, piece]
}
