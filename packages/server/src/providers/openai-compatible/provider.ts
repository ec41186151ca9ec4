import { AppError } from '../../app-error.ts'
import type { Provider, ProviderEvent, ProviderRequest } from '../provider.ts'
import { type Answer, StreamedAnswer, WholeAnswer } from './answer.ts'
import { type Endpoint, EndpointRotation } from './endpoint-rotation.ts'
import { Patience } from './patience.ts'
import { createRedactor, type Redact } from './redactor.ts'
import { errorFromFailure, errorFromResponse, failed, isHtml } from './upstream-error.ts'
import { post, type UpstreamResponse } from './upstream-response.ts'

export interface OpenAiCompatibleOptions {
  /** What the upstream calls the model. */
  model: string
  /** False for an upstream that can only answer all at once. */
  streaming: boolean
  /** At least one. */
  endpoints: readonly Endpoint[]
  /** How long the upstream may write nothing. Comments, which keep a connection open, are nothing. */
  idleTimeoutMs: number
}

/**
 * Asks a server that speaks OpenAI's protocol, as most do.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export class OpenAiCompatibleProvider implements Provider {
  readonly #options: OpenAiCompatibleOptions
  readonly #endpoints: EndpointRotation

  constructor(options: OpenAiCompatibleOptions) {
    this.#options = options
    this.#endpoints = new EndpointRotation(options.endpoints)
  }

  async *stream(request: ProviderRequest, signal: AbortSignal): AsyncGenerator<ProviderEvent> {
    if (signal.aborted) return
    const { idleTimeoutMs } = this.#options
    const endpoint = this.#endpoints.next()
    const redact = createRedactor(endpoint.apiKey)
    using patience = new Patience(idleTimeoutMs, signal)
    try {
      const response = await this.#ask(endpoint, request, patience.signal)
      const answer = await this.#answerIn(response, patience, redact)
      for (let text = await answer.read(); text !== undefined; text = await answer.read()) {
        if (text === '') continue
        patience.pause()
        yield { type: 'text', text }
        patience.renew()
      }
      const { ending, usage } = answer
      if (ending === 'stop' || ending === 'length') yield { type: 'finish', reason: ending, ...(usage && { usage }) }
    } catch (failure) {
      if (signal.aborted) return
      if (failure instanceof AppError) throw failure
      throw patience.isExhausted ? timedOut(idleTimeoutMs) : errorFromFailure(failure, redact)
    }
  }

  #ask({ baseUrl, apiKey }: Endpoint, request: ProviderRequest, signal: AbortSignal): Promise<UpstreamResponse> {
    const { model, streaming } = this.#options
    const url = new URL(baseUrl)
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/chat/completions`
    return post(url, {
      signal,
      headers: {
        accept: streaming ? 'text/event-stream' : 'application/json',
        'content-type': 'application/json',
        ...(apiKey && { authorization: `Bearer ${apiKey.reveal()}` }),
      },
      body: JSON.stringify({
        model,
        messages: request.messages,
        stream: streaming,
        ...(streaming && { stream_options: { include_usage: true } }),
        ...(request.temperature !== undefined && { temperature: request.temperature }),
        ...(request.maxTokens !== undefined && { max_tokens: request.maxTokens }),
      }),
    })
  }

  /** What was asked for is not always what comes: some upstreams know only one of the two ways. */
  async #answerIn(response: UpstreamResponse, patience: Patience, redact: Redact): Promise<Answer> {
    if (response.status < 200 || response.status >= 300) throw await errorFromResponse(response, redact)
    if (isHtml(response)) {
      throw failed('The model answered with a web page: ask the administrator to check base_url.')
    }
    const type = response.header('content-type') ?? ''
    const isStream = this.#options.streaming ? !type.includes('application/json') : type.includes('text/event-stream')
    const reading = { patience, redact }
    return isStream ? new StreamedAnswer(response, reading) : new WholeAnswer(response, reading)
  }
}

function timedOut(milliseconds: number): AppError {
  const message = `The model sent nothing for ${milliseconds / 1000} seconds: send your message again.`
  return new AppError('upstream-timeout', message)
}
