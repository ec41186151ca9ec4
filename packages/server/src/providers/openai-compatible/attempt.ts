import { AppError } from '../../app-error.ts'
import type { PromptMessage, PromptPart, ProviderEvent, ProviderRequest, Spoken, Usage } from '../provider.ts'
import { type Answer, StreamedAnswer, WholeAnswer } from './answer.ts'
import { type Endpoint, requestTo } from './endpoints.ts'
import { Patience } from './patience.ts'
import { createRedactor, type Redact } from './redactor.ts'
import { errorFromFailure, errorFromResponse, failed, isHtml } from './upstream-error.ts'
import { ask, type UpstreamResponse } from './upstream-response.ts'

export interface AttemptOptions {
  /** What the upstream calls the model. */
  model: string
  /** False for an upstream that can only answer all at once. */
  streaming: boolean
  /** How long the upstream may write nothing. Comments, which keep a connection open, are nothing. */
  idleTimeoutMs: number
  /** True for a model that begins its text with its reasoning, between `<think>` and `</think>`. */
  hasReasoningTags: boolean
}

/** A request to one endpoint, and its answer. Disposing it lets the endpoint go. */
export class Attempt implements Disposable {
  readonly patience: Patience
  readonly #endpoint: Endpoint
  readonly #request: ProviderRequest
  readonly #options: AttemptOptions
  readonly #redact: Redact
  #answer: Answer | undefined

  constructor(endpoint: Endpoint, request: ProviderRequest, options: AttemptOptions & { signal: AbortSignal }) {
    this.#endpoint = endpoint
    this.#request = request
    this.#options = options
    this.#redact = createRedactor(endpoint.apiKey)
    this.patience = new Patience(options.idleTimeoutMs, options.signal)
  }

  /** What the next read brought, often nothing; undefined at the end. Throws what `explain` explains. */
  read(): Promise<Spoken[] | undefined> {
    return this.#answer?.read() ?? this.#readFirst()
  }

  /** What the user is told of a failure. */
  explain(failure: unknown): AppError {
    if (failure instanceof AppError) return failure
    return this.patience.isExhausted ? timedOut(this.#options.idleTimeoutMs) : errorFromFailure(failure, this.#redact)
  }

  /** How it ended, once everything is read. Undefined where the upstream broke off. */
  get finish(): Extract<ProviderEvent, { type: 'finish' }> | undefined {
    const { ending, usage } = this.#answer ?? {}
    if (ending !== 'stop' && ending !== 'length') return undefined
    return { type: 'finish', reason: ending, ...(usage && { usage }) }
  }

  /** What it cost, as far as the upstream has said. */
  get usage(): Usage | undefined {
    return this.#answer?.usage
  }

  /** Whether the upstream said why it wrote no more. */
  get isEnded(): boolean {
    return this.#answer?.ending !== undefined
  }

  [Symbol.dispose](): void {
    this.patience[Symbol.dispose]()
  }

  async #readFirst(): Promise<Spoken[] | undefined> {
    this.#answer = await this.#answerIn(await this.#ask())
    return this.#answer.read()
  }

  #ask(): Promise<UpstreamResponse> {
    const { model, streaming } = this.#options
    const { messages, temperature, maxTokens } = this.#request
    const { url, headers } = requestTo(this.#endpoint, '/chat/completions')
    return ask(url, {
      signal: this.patience.signal,
      headers: {
        accept: streaming ? 'text/event-stream' : 'application/json',
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify({
        model,
        messages: messages.map(toUpstreamMessage),
        stream: streaming,
        ...(streaming && { stream_options: { include_usage: true } }),
        ...(temperature !== undefined && { temperature }),
        ...(maxTokens !== undefined && { max_tokens: maxTokens }),
      }),
    })
  }

  /** What was asked for is not always what comes: some upstreams know only one of the two ways. */
  async #answerIn(response: UpstreamResponse): Promise<Answer> {
    const { hasReasoningTags } = this.#options
    const reading = { patience: this.patience, redact: this.#redact, hasReasoningTags }
    if (!response.isSuccess) throw await errorFromResponse(response, this.#redact)
    if (isHtml(response)) {
      throw failed('The model answered with a web page: ask the administrator to check base_url.')
    }
    const type = response.header('content-type') ?? ''
    const isStream = this.#options.streaming ? !type.includes('application/json') : type.includes('text/event-stream')
    return isStream ? new StreamedAnswer(response, reading) : new WholeAnswer(response, reading)
  }
}

function toUpstreamMessage({ role, content, parts }: PromptMessage) {
  return { role, content: parts ? parts.map(toUpstreamPart) : content }
}

function toUpstreamPart(part: PromptPart) {
  return part.type === 'text' ? part : { type: 'image_url', image_url: { url: part.url } }
}

function timedOut(milliseconds: number): AppError {
  const message = `The model sent nothing for ${milliseconds / 1000} seconds: send your message again.`
  return new AppError('upstream-timeout', message)
}
