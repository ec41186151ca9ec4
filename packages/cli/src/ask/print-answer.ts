import type { ChatEvent, ChatStream, FinalMessage, VektorError } from '@vektor/sdk'
import { CliError } from '../failure/cli-error.ts'
import { Neutraliser, neutraliseLine } from '../output/neutralise.ts'
import { PacedOutput } from '../output/paced-output.ts'

export interface AnswerOutput {
  stdout: NodeJS.WriteStream
  /** Says something beside the answer. */
  tell(sentence: string): void
}

/** Prints an answer as it arrives. Resolves early when nobody reads it any more; the server finishes it all the same. */
export async function printAnswer(stream: ChatStream, output: AnswerOutput): Promise<FinalMessage | undefined> {
  const printer = new TextPrinter(output.stdout)
  let length = 0
  try {
    for await (const event of stream) {
      if (event.type === 'delta') {
        length += event.content.length
        await printer.write(event.content)
        if (printer.isClosed) return undefined
      } else if (event.type === 'truncate') {
        output.tell(`The last ${length - event.length} characters above were shown, but the server lost them.`)
        length = event.length
      } else if (event.type === 'notice') {
        output.tell(neutraliseLine(event.detail))
      }
    }
  } finally {
    await printer.end()
  }
  return stream.final()
}

/** One sentence about an answer that is not whole. Undefined for one that is. */
export function incompleteness(reason: FinalMessage['finishReason']): string | undefined {
  return ENDINGS[reason]
}

const ENDINGS: Record<Extract<ChatEvent, { type: 'done' }>['finish_reason'], string | undefined> = {
  stop: undefined,
  length: 'The answer reached its longest length.',
  cancelled: 'The answer was stopped; what there is of it is kept.',
  interrupted: 'The server stopped in the middle of this answer; what there is of it is kept.',
  incomplete: 'The model went away in the middle of this answer; what there is of it is kept.',
}

/** Ctrl-C stops the answer on the server, which keeps it, and lets its end arrive; a second one does not wait for that. */
export async function stoppedByInterrupt<T>(stream: ChatStream, read: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { promise: left, reject: leave } = Promise.withResolvers<never>()
  const stopping = new AbortController()
  const interrupt = () => {
    if (stopping.signal.aborted) return leave(new CliError('interrupted', 'Interrupted; the answer may go on.'))
    stopping.abort()
    stream.stop().catch((error: VektorError) => leave(new CliError('interrupted', error.message, { cause: error })))
  }
  process.on('SIGINT', interrupt)
  try {
    return await Promise.race([read(stopping.signal), left])
  } finally {
    process.off('SIGINT', interrupt)
  }
}

/** Plain text; on a terminal without what it would obey. */
class TextPrinter {
  readonly #output: PacedOutput
  readonly #isTerminal: boolean
  readonly #neutraliser = new Neutraliser()

  constructor(stdout: NodeJS.WriteStream) {
    this.#output = new PacedOutput(stdout)
    this.#isTerminal = stdout.isTTY
  }

  get isClosed(): boolean {
    return this.#output.isClosed
  }

  async write(text: string): Promise<void> {
    await this.#output.write(this.#isTerminal ? this.#neutraliser.write(text) : text)
  }

  async end(): Promise<void> {
    await this.#output.write(this.#neutraliser.end())
    await this.#output.endLine()
  }
}
