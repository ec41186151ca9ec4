import { setTimeout as delay } from 'node:timers/promises'
import { chunk, frame, type Responder } from './fake-upstream.ts'
import type { SeededRandom } from './seeded-random.ts'

/** What an upstream has sent of the answer to one question. */
export interface SentAnswer {
  text: string
  isWhole: boolean
  timesAsked: number
}

const WORDS = ['palabra ', 'and ', '¿qué?\n', '日本 ', '👩‍👩‍👧 ', '👋', '"\\\u2028', 'é'] as const

/**
 * Answers of random length and pace, up to a second or two, that remember what of them was sent. The first piece may take
 * its time, a piece may end in the middle of a character, and the end may come late.
 */
export class RandomAnswers {
  readonly #sent = new Map<string, SentAnswer>()
  readonly #random: SeededRandom

  constructor(random: SeededRandom) {
    this.#random = random
  }

  /** By the question; of one that was never asked nothing was sent. */
  of(question: string): SentAnswer {
    const sent = this.#sent.get(question) ?? { text: '', isWhole: false, timesAsked: 0 }
    this.#sent.set(question, sent)
    return sent
  }

  readonly responder: Responder = async ({ request, response }) => {
    const sent = this.of(request.body.messages?.at(-1)?.content ?? '')
    sent.timesAsked += 1
    const random = this.#random
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    await delay(random.pick([0, 0, 20, 150]))
    for (const piece of this.#pieces()) {
      if (response.destroyed) return
      sent.text += piece
      response.write(frame(chunk({ content: piece })))
      const pauseMs = random.pick([0, 0, 1, 5, 20])
      if (pauseMs > 0) await delay(pauseMs)
    }
    await delay(random.pick([0, 0, 20, 150]))
    if (response.destroyed) return
    sent.isWhole = true
    response.end(`${frame(chunk({}, 'stop'))}data: [DONE]\n\n`)
  };

  *#pieces(): Generator<string> {
    const random = this.#random
    const text = Array.from({ length: random.between(0, 400) }, () => random.pick(WORDS)).join('')
    for (let start = 0, length = 0; start < text.length; start += length) {
      length = random.between(1, 24)
      yield text.slice(start, start + length)
    }
  }
}
