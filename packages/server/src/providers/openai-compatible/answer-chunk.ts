import type { Usage } from '../provider.ts'

/** `withheld`: a filter of the upstream cut the answer, so that what there is of it is not the whole. */
export type Ending = 'stop' | 'length' | 'withheld'

/** What one JSON object of an upstream says, be it a chunk of an answer or all of it. */
export interface AnswerChunk {
  text: string
  /** What the model tells itself. */
  reasoning: string
  /** The model did something: wrote, thought, called, finished. An empty delta is no more than a heartbeat. */
  isProgress: boolean
  /** It has the shape of an answer, however empty. */
  isAnswer: boolean
  ending?: Ending
  usage?: Usage
  /** What the upstream put under `error`. */
  error?: unknown
}

/** Throws `SyntaxError` for what is no JSON object. */
export function parseChunk(json: string): AnswerChunk {
  const body: unknown = JSON.parse(json)
  if (!isRecord(body)) throw new SyntaxError('An answer that is no JSON object.')
  const choice: unknown = Array.isArray(body.choices) ? body.choices[0] : undefined
  const { message, finish_reason: reason } = isRecord(choice) ? choice : {}
  const delta = isRecord(choice) && isRecord(choice.delta) ? choice.delta : isRecord(message) ? message : {}
  const ending = typeof reason === 'string' ? readEnding(reason) : undefined
  const usage = readUsage(body.usage)
  const error = body.error ?? (ending === 'error' ? { message: 'The answer broke off.' } : undefined)
  const [text, reasoning] = [readText(delta), readReasoning(delta)]
  const isSpoken = text !== '' || reasoning !== ''
  return {
    text,
    reasoning,
    isProgress: isSpoken || ending !== undefined || Object.entries(delta).some(isSubstance),
    isAnswer: Array.isArray(body.choices),
    ...(ending && ending !== 'error' && { ending }),
    ...(usage && { usage }),
    ...(error !== undefined && { error }),
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** A refusal is the model's answer too, and mostly all of it. */
function readText({ content, refusal }: Record<string, unknown>): string {
  if (typeof content === 'string' && content !== '') return content
  return typeof refusal === 'string' ? refusal : ''
}

/** DeepSeek and vLLM call it one thing, OpenRouter and Ollama another; some send both, which are the same. */
function readReasoning({ reasoning_content: content, reasoning }: Record<string, unknown>): string {
  if (typeof content === 'string' && content !== '') return content
  return typeof reasoning === 'string' ? reasoning : ''
}

function isSubstance([field, value]: [string, unknown]): boolean {
  return field !== 'role' && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
}

/**
 * Upstreams have many words for a natural end (`stop`, `eos`, `end_turn`, `tool_calls` …), so what is not known is one.
 * A filter's cut is no end: calling it `stop` would show a mutilated answer as a whole one.
 */
function readEnding(reason: string): Ending | 'error' | undefined {
  switch (reason.toLowerCase()) {
    case '':
    case 'null':
      return undefined
    case 'length':
    case 'max_tokens':
    case 'model_length':
      return 'length'
    case 'content_filter':
      return 'withheld'
    case 'error':
      return 'error'
    default:
      return 'stop'
  }
}

function readUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = value
  const details = value.completion_tokens_details
  const reasoning = isRecord(details) ? details.reasoning_tokens : undefined
  if (!isCount(prompt) || !isCount(completion)) return undefined
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: isCount(total) ? total : prompt + completion,
    ...(isCount(reasoning) && reasoning > 0 && { completion_tokens_details: { reasoning_tokens: reasoning } }),
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0
}
