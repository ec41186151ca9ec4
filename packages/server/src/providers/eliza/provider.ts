import { setTimeout as delay } from 'node:timers/promises'
import type { Provider, ProviderEvent, ProviderRequest, Usage } from '../provider.ts'
import { composeReply } from './compose-reply.ts'

/** About as fast as people read. */
export const WORD_DELAY_MS = 35

export interface ElizaOptions {
  /** Between two words. */
  wordDelayMs: number
}

/**
 * A small model of rules, after Weizenbaum's ELIZA (1966), so that everything can be tried without a key. The same
 * conversation always gets the same answer. Its tokens are words.
 */
export class ElizaProvider implements Provider {
  readonly #wordDelayMs: number

  constructor({ wordDelayMs }: ElizaOptions) {
    this.#wordDelayMs = wordDelayMs
  }

  async *stream({ messages, maxTokens }: ProviderRequest, signal: AbortSignal): AsyncGenerator<ProviderEvent> {
    const words = splitWords(composeReply(messages))
    const given = words.slice(0, maxTokens)
    for (const [index, word] of given.entries()) {
      if (index > 0 && !(await this.#pause(signal))) return
      if (signal.aborted) return
      yield { type: 'text', text: index === given.length - 1 ? word.trimEnd() : word }
    }
    const prompt = messages.reduce((count, { content }) => count + splitWords(content).length, 0)
    const reason = given.length < words.length ? 'length' : 'stop'
    yield { type: 'finish', reason, usage: countUsage(prompt, given.length) }
  }

  /** False if the reader has left meanwhile. */
  async #pause(signal: AbortSignal): Promise<boolean> {
    if (this.#wordDelayMs === 0) return !signal.aborted
    return delay(this.#wordDelayMs, true, { signal }).catch(() => false)
  }
}

/** With the space after each, so that they join to the text. */
function splitWords(text: string): string[] {
  return text.match(/\S+\s*/g) ?? []
}

function countUsage(prompt: number, completion: number): Usage {
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
}
