/** One message as a model sees it. */
export interface PromptMessage {
  role: 'system' | 'user' | 'assistant'
  /** All its text. */
  content: string
  /** The same text and the images among it; only where there are any. */
  parts?: readonly PromptPart[]
}

/** `url` is an address, which is for the upstream to fetch, or a `data:` URL, which is the image itself. */
export type PromptPart = { type: 'text'; text: string } | { type: 'image'; url: string }

export interface ProviderRequest {
  messages: readonly PromptMessage[]
  /** 0 to 2; absent means the model's own default. */
  temperature?: number
  /** The longest answer, in tokens. */
  maxTokens?: number
}

/** Tokens, as the upstream counted them. */
export interface Usage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  /** Of the completion, those that went into reasoning: they cost as much, and are not in the text. */
  completion_tokens_details?: { reasoning_tokens: number }
}

export type ProviderEvent =
  /** The next piece of the answer: one per network read at most, whatever the number of tokens in it. Never empty. */
  | { type: 'text'; text: string }
  /** The next piece of what the model tells itself before it answers. The same holds for it. */
  | { type: 'reasoning'; text: string }
  /** What whoever reads the answer should know about it. Rare: each is stored before anything else is asked for. */
  | { type: 'notice'; code: string; detail: string }
  /** What it cost so far, where the upstream counts before it is finished: all that is known of an answer that is stopped. */
  | { type: 'usage'; usage: Usage }
  /** The upstream said that it is finished, and why. A stream that ends without it is `incomplete`. */
  | { type: 'finish'; reason: 'stop' | 'length'; usage?: Usage }

/** Something that a model says, aloud or to itself. */
export type Spoken = Extract<ProviderEvent, { type: 'text' | 'reasoning' }>

/**
 * Something that answers a prompt.
 *
 * The iterable ends when the upstream does, and throws an `AppError` (`upstream-…`, `model-unavailable`) when it fails:
 * its message is fit for the user's eyes, with secrets removed. Aborting `signal` ends it promptly, with or without a throw.
 * Text is valid Unicode: a surrogate pair is never split between two events.
 */
export interface Provider {
  stream(request: ProviderRequest, signal: AbortSignal): AsyncIterable<ProviderEvent>
  /** How its endpoints do, where it has any. */
  readonly endpoints?: readonly EndpointHealth[] | undefined
}

/** What became of the last question to an endpoint. */
export interface EndpointHealth {
  address: string
  state: 'unknown' | 'ok' | 'failing'
  /** Epoch milliseconds. Until then others are asked, because it has failed too often. */
  pausedUntil?: number
}
