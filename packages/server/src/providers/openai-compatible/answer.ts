import { createParser } from 'eventsource-parser'
import type { Spoken, Usage } from '../provider.ts'
import { type AnswerChunk, type Ending, parseChunk } from './answer-chunk.ts'
import type { Patience } from './patience.ts'
import { readBody } from './read-body.ts'
import type { Redact } from './redactor.ts'
import { SpokenPieces } from './spoken.ts'
import { errorFromObject, failed } from './upstream-error.ts'
import type { UpstreamResponse } from './upstream-response.ts'

/** In UTF-16 units: a longer event is no piece of an answer. */
const MAX_EVENT_LENGTH = 1024 * 1024
const MAX_ANSWER_BYTES = 16 * 1024 * 1024
/** After the last word there is only the usage and the end to wait for, and some upstreams send neither. */
const CLOSING_MILLISECONDS = 1000

/** An answer as it is read. */
export interface Answer {
  /** What the model says in what the next read brought, often nothing; undefined at the end. */
  read(): Promise<Spoken[] | undefined>
  readonly ending: Ending | undefined
  readonly usage: Usage | undefined
}

/** Of a response no more than its body. */
type UpstreamBody = Pick<UpstreamResponse, 'arrival' | 'take'>

interface Reading {
  patience: Patience
  redact: Redact
  /** The model puts its reasoning into its text, between tags. */
  hasReasoningTags: boolean
}

/** An answer that comes as server-sent events. */
export class StreamedAnswer implements Answer {
  ending: Ending | undefined
  usage: Usage | undefined
  readonly #body: UpstreamBody
  readonly #reading: Reading
  readonly #decoder = new TextDecoder()
  readonly #spoken: SpokenPieces
  readonly #parser = createParser({
    maxBufferSize: MAX_EVENT_LENGTH,
    onEvent: ({ data }) => this.#take(data),
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded')
        this.#failure ??= failed('The model sent more at once than an answer is.')
    },
  })
  #isOver = false
  #isAnswer = false
  #isClosing = false
  #failure: unknown

  constructor(body: UpstreamBody, reading: Reading) {
    this.#body = body
    this.#reading = reading
    this.#spoken = new SpokenPieces({ hasTags: reading.hasReasoningTags })
  }

  /** Waits for one promise only: several for each piece cost as much as all the rest that is done with it. */
  read(): Promise<Spoken[] | undefined> {
    if (this.#failure !== undefined && !this.#isClosing) return Promise.reject(this.#failure)
    if (this.#isOver) return Promise.resolve(undefined)
    return this.#body.arrival().then(this.#hear, this.#lose)
  }

  readonly #hear = (): Spoken[] => {
    this.#feed(this.#body.take())
    return this.#isOver ? this.#spoken.takeLast() : this.#spoken.take()
  }

  /** Once the model has finished, nothing that happens to the connection can fail its answer. */
  readonly #lose = (failure: unknown): Spoken[] => {
    if (!this.#isClosing) throw failure
    return this.#hear()
  }

  #feed(bytes: Uint8Array | undefined): void {
    if (this.#failure !== undefined) {
      this.#isOver ||= !bytes
    } else if (bytes) {
      this.#parser.feed(this.#decoder.decode(bytes, { stream: true }))
    } else {
      this.#isOver = true
      // Some upstreams leave out the empty line after their last event.
      this.#parser.feed(`${this.#decoder.decode()}\n\n`)
      if (!this.#isAnswer) this.#failure ??= failed('The model answered with something that is no answer: try again.')
    }
  }

  #take(data: string): void {
    if (this.#failure !== undefined) return
    if (data === '[DONE]') return this.#close()
    try {
      this.#accept(parseChunk(data))
    } catch (failure) {
      this.#failure = failure
    }
  }

  #accept(chunk: AnswerChunk): void {
    if (chunk.error !== undefined) throw errorFromObject(chunk.error, this.#reading.redact)
    this.#spoken.add(chunk.text, chunk.reasoning)
    this.#isAnswer ||= chunk.isAnswer
    this.usage = chunk.usage ?? this.usage
    if (chunk.isProgress) this.#reading.patience.renew()
    if (chunk.ending === undefined) return
    this.ending = chunk.ending
    this.#close()
  }

  #close(): void {
    this.#isClosing = true
    this.#reading.patience.shorten(CLOSING_MILLISECONDS)
  }
}

/** An answer that comes as one JSON object. */
export class WholeAnswer implements Answer {
  ending: Ending | undefined
  usage: Usage | undefined
  readonly #response: UpstreamBody
  readonly #reading: Reading
  #isRead = false

  constructor(response: UpstreamBody, reading: Reading) {
    this.#response = response
    this.#reading = reading
  }

  async read(): Promise<Spoken[] | undefined> {
    if (this.#isRead) return undefined
    this.#isRead = true
    const chunk = parseChunk(await readBody(this.#response, MAX_ANSWER_BYTES))
    if (chunk.error !== undefined) throw errorFromObject(chunk.error, this.#reading.redact)
    if (!chunk.isAnswer) throw failed('The model answered with something that is no answer: try again.')
    this.ending = chunk.ending
    this.usage = chunk.usage
    const spoken = new SpokenPieces({ hasTags: this.#reading.hasReasoningTags })
    spoken.add(chunk.text, chunk.reasoning)
    return spoken.takeLast()
  }
}
