import type { Send } from '../transport/send.ts'
import { errorFromFailure, VektorError } from '../vektor-error.ts'
import type { ChatEvent } from '../wire-types.ts'
import { createSseParser } from './sse-parser.ts'

/** The server says something every 15 seconds, a comment if nothing else. */
const HEARTBEAT_MS = 15_000
/** In so many heartbeats' time, 45 seconds at the longest, a living connection has said something. */
const TOO_MANY_MISSED = 3

/** A sign of life: an event with the cursor to go on from after it, or a heartbeat, which has neither. */
export interface Received {
  event?: ChatEvent | undefined
  cursor?: string | undefined
}

/**
 * Sends the request and gives what each piece of the answer holds; first of all an empty piece, when the answer begins.
 * Ends at once if the server has nothing to stream. Otherwise it ends with an error, for no end of a connection is the
 * end of an answer.
 */
export async function* connect(send: Send, request: Request, signal: AbortSignal): AsyncGenerator<Received[], void> {
  const broken = new VektorError('network', 'The connection broke.')
  const abort = new AbortController()
  const either = AbortSignal.any([signal, abort.signal])
  let missed = 0
  const watch = setInterval(() => {
    if (++missed >= TOO_MANY_MISSED) abort.abort(broken)
  }, HEARTBEAT_MS)
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  // Not at the end alone: whoever left never gets there, and a timer would keep the process from ending.
  either.addEventListener('abort', () => {
    clearInterval(watch)
    // Its copies are held by nobody once the answer begins, and it would be read for ever.
    reader?.cancel().catch(() => undefined)
  })
  let batch: Received[] = []
  const feed = createSseParser((cursor, data) => batch.push({ cursor, event: data ? parseEvent(data) : undefined }))
  const decoder = new TextDecoder()
  // Node's fetch forgets the signal of a request that was garbage-collected: it has to be held, here by what catches.
  const asked = new Request(request, { signal: either })
  try {
    const { status, body, headers } = await send(asked)
    if (status === 204) return
    if (!body || !headers.get('content-type')?.startsWith('text/event-stream')) throw new SyntaxError()
    reader = body.getReader()
    for (;;) {
      // No number counts up: a reader who takes his time is no silence of the server.
      missed = Number.NaN
      yield batch
      missed = 0
      const { value } = await reader.read()
      if (!value) throw broken
      batch = []
      feed(decoder.decode(value, { stream: true }))
    }
  } catch (failure) {
    throw errorFromFailure(failure, asked.signal)
  } finally {
    // A signal that was aborted before has told nobody.
    clearInterval(watch)
    abort.abort()
  }
}

/** The compiler holds it to the contract. */
const KNOWN_TYPES: Record<ChatEvent['type'], 1> = {
  message: 1,
  start: 1,
  delta: 1,
  reasoning: 1,
  notice: 1,
  truncate: 1,
  done: 1,
  error: 1,
}

/** Passes over events of types that were invented after this SDK. */
function parseEvent(data: string): ChatEvent | undefined {
  const event: ChatEvent = JSON.parse(data)
  return event.type in KNOWN_TYPES ? event : undefined
}
