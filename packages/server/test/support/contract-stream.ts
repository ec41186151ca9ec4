import { createParser } from 'eventsource-parser'

/** Passes a stream of events on as it comes, and breaks it off where it is not what it should be. */
export function checkStream(
  body: ReadableStream<Uint8Array>,
  checkEvent: (data: string) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  const grammar = new StreamGrammar(checkEvent)
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (done) {
            grammar.end()
            controller.close()
          } else {
            grammar.push(value)
            controller.enqueue(value)
          }
        } catch (error) {
          reader.cancel(error).catch(() => {})
          throw error
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

interface AnswerEvent {
  type: keyof typeof FOLLOWERS
  message_id: string
  problem?: { type: string }
}

const WITHIN = ['delta', 'reasoning', 'notice', 'truncate', 'done', 'error']

const FOLLOWERS = {
  message: ['message', 'start'],
  start: WITHIN,
  delta: WITHIN,
  reasoning: WITHIN,
  notice: WITHIN,
  truncate: ['done', 'error'],
  done: [] as string[],
  error: [] as string[],
}

/** As the description of `ErrorEvent` lists them. */
const ENDING_PROBLEMS = [
  ...['upstream-failed', 'upstream-rate-limited', 'upstream-rejected', 'upstream-timeout'],
  ...['database-unavailable', 'internal-error'],
]

/** Events without a name, each with an id and data; comments; ids alone. Never half of one, never half a character. */
class StreamGrammar {
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true })
  readonly #parser
  readonly #answers = new Map<string, AnswerEvent['type']>()
  #tail = '\n\n'

  constructor(checkEvent: (data: string) => void) {
    const checkOrder = (data: string) => this.#checkOrder(data)
    this.#parser = createParser({
      onEvent({ event, id, data }) {
        if (event !== undefined) throw new Error(`An event has the name ${event}, so onmessage does not fire: ${data}`)
        if (!id) throw new Error(`An event has no id: ${data}`)
        checkEvent(data)
        checkOrder(data)
      },
      onError(error) {
        throw error
      },
    })
  }

  push(bytes: Uint8Array): void {
    const text = this.#utf8.decode(bytes, { stream: true })
    this.#parser.feed(text)
    this.#tail = (this.#tail + text).slice(-2)
  }

  /** Of each answer: messages, `start`, deltas, exactly one ending. A stream that was resumed may begin anywhere. */
  #checkOrder(data: string): void {
    const { type, message_id: answer, problem }: AnswerEvent = JSON.parse(data)
    const before = this.#answers.get(answer)
    if (before && !FOLLOWERS[before].includes(type)) throw new Error(`${type} cannot follow ${before}: ${data}`)
    this.#answers.set(answer, type)
    const code = problem?.type.replace('/problems/', '')
    if (code !== undefined && !ENDING_PROBLEMS.includes(code)) throw new Error(`No answer ends with ${code}: ${data}`)
  }

  end(): void {
    this.#utf8.decode()
    if (this.#tail !== '\n\n') throw new Error('The stream ended in the middle of an event.')
  }
}
