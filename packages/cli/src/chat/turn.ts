import type { ChatEvent } from '@vektor/sdk'
import { neutraliseLine } from '../output/neutralise.ts'
import { paint } from '../output/paint.ts'
import { AnswerPrinter } from './markdown/answer-printer.ts'
import { wrap } from './markdown/wrap.ts'
import type { ChatAction } from './state.ts'

/** How often the screen follows the stream, in milliseconds: often enough to read along, seldom enough to cost nothing. */
const PACE_MS = 80

export interface TurnOutput {
  dispatch(action: ChatAction): void
  /** Columns of the screen right now. */
  width(): number
}

/** One answer on the screen. */
export class Turn {
  readonly #output: TurnOutput
  readonly #printer = new AnswerPrinter()
  #lines: string[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(output: TurnOutput) {
    this.#output = output
  }

  /** Shows the answer as it arrives, until its last event. */
  async run(events: AsyncIterable<ChatEvent>): Promise<void> {
    try {
      for await (const event of events) this.#take(event)
    } finally {
      this.#finish()
    }
  }

  #take(event: ChatEvent): void {
    switch (event.type) {
      case 'start':
        return this.#output.dispatch({ type: 'started', conversationId: event.conversation_id })
      case 'delta':
        this.#lines.push(...this.#printer.write(event.content, this.#output.width()))
        this.#timer ??= setTimeout(() => this.#show(), PACE_MS)
        return
      case 'notice':
        this.#note(neutraliseLine(event.detail))
        return this.#show()
      case 'truncate':
        return this.#note(truncated(this.#printer.length - event.length))
      case 'done':
        return this.#note(ENDINGS[event.finish_reason])
      case 'error':
        return this.#note(neutraliseLine(event.problem.detail))
    }
  }

  /** What is open is as finished as it will ever be. */
  #finish(): void {
    this.#lines.push(...this.#printer.end(this.#output.width()))
    this.#show()
  }

  /** The screen has another size: what is open is laid out anew. */
  redraw(): void {
    if (this.#printer.length > 0) this.#show()
  }

  #show(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const lines = this.#lines
    this.#lines = []
    // What stands before its first word is no beginning of the answer.
    if (this.#printer.length === 0) return this.#output.dispatch({ type: 'printed', lines })
    this.#output.dispatch({ type: 'wrote', lines, open: this.#printer.open(this.#output.width()) })
  }

  #note(sentence: string | undefined): void {
    if (sentence === undefined) return
    const width = this.#output.width()
    this.#lines.push(...this.#printer.end(width), ...wrap(paint('yellow', `(${sentence})`), width))
  }
}

const ENDINGS: Record<Extract<ChatEvent, { type: 'done' }>['finish_reason'], string | undefined> = {
  stop: undefined,
  length: 'the answer reached its longest length',
  cancelled: 'stopped here; what there is of the answer is kept',
  interrupted: 'the server stopped in the middle of this answer; what there is of it is kept',
  incomplete: 'the model went away in the middle of this answer; what there is of it is kept',
}

function truncated(lost: number): string | undefined {
  return lost > 0 ? `the last ${lost} characters above were shown, but the server lost them` : undefined
}
