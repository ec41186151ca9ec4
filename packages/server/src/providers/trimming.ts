import { afterNotice } from './after-notice.ts'
import type { PromptMessage, Provider, ProviderRequest } from './provider.ts'
import { countImages } from './without-images.ts'

/** Left for the answer where the request does not say how long it may be: a quarter of the window, or so many tokens. */
const MOST_RESERVED = 4096
/** What the role and the marks around a message take. */
const TOKENS_PER_MESSAGE = 8
/**
 * Of UTF-8. Prose and code in any alphabet take between 3 and 8 bytes a token with the tokenizers of today's models, so
 * that this rather leaves a message out than lets the upstream refuse them all. Long runs of digits, of base64 and of
 * emoji take fewer, and are not what conversations are made of.
 */
const BYTES_PER_TOKEN = 3
/** Of an image, whatever its size: most models take from a few hundred to about as many. */
const TOKENS_PER_IMAGE = 1024

/**
 * Leaves out the oldest messages of a conversation that is longer than the model reads, and says so. Instructions and
 * the last question are always sent: where not even that fits, it is for the upstream to say.
 */
export function trimming(provider: Provider, contextTokens: number): Provider {
  return {
    get endpoints() {
      return provider.endpoints
    },
    stream(request, signal) {
      const messages = trim(request, contextTokens)
      const leftOut = request.messages.length - messages.length
      const stream = () => provider.stream({ ...request, messages }, signal)
      return leftOut === 0 ? stream() : afterNotice(noticeOf(leftOut, contextTokens), stream)
    },
  }
}

function trim({ messages, maxTokens }: ProviderRequest, contextTokens: number): readonly PromptMessage[] {
  const budget = contextTokens - (maxTokens ?? Math.min(MOST_RESERVED, Math.floor(contextTokens / 4)))
  const costs = messages.map(estimate)
  let excess = costs.reduce((sum, cost) => sum + cost, -budget)
  if (excess <= 0) return messages
  const lastQuestion = messages.findLastIndex(({ role }) => role === 'user')
  let start = 0
  // What is left begins with a question: an answer to nothing would confuse the model.
  while (start < lastQuestion && (excess > 0 || messages[start]?.role !== 'user')) {
    if (messages[start]?.role !== 'system') excess -= costs[start] ?? 0
    start += 1
  }
  return messages.filter(({ role }, index) => index >= start || role === 'system')
}

/** The tokens that a message takes, roughly and rather too many: every model counts them in its own way. */
function estimate(message: PromptMessage): number {
  const text = Math.ceil(Buffer.byteLength(message.content) / BYTES_PER_TOKEN)
  return text + TOKENS_PER_MESSAGE + countImages(message) * TOKENS_PER_IMAGE
}

function noticeOf(leftOut: number, contextTokens: number) {
  const what = leftOut === 1 ? 'oldest message was' : `oldest ${leftOut} messages were`
  const detail = `The ${what} left out: the whole conversation is longer than the ${contextTokens} tokens that this model reads.`
  return { code: 'context-trimmed', detail }
}
