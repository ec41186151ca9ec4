import { AppError } from '../../app-error.ts'
import { isRecord } from './answer-chunk.ts'
import { type Endpoint, requestTo } from './endpoints.ts'
import { readBody } from './read-body.ts'
import { createRedactor, type Redact } from './redactor.ts'
import { errorFromFailure, errorFromResponse, failed } from './upstream-error.ts'
import { ask } from './upstream-response.ts'

const MAX_LIST_BYTES = 8 * 1024 * 1024
const PATIENCE_MS = 10_000
const TOO_LATE = `There was no list of models within ${PATIENCE_MS / 1000} seconds.`
/** Nobody chooses from more. */
const MOST_MODELS = 1_000

/** A model, as an endpoint tells of it. */
export interface ListedModel {
  id: string
  /** What it reads and writes at once. vLLM and llama.cpp say it. */
  contextTokens?: number
}

/** Words in the name of a model that writes no answers: LM Studio and OpenAI put them there, and so do most who publish one. */
const NO_CHAT_NAME = /(^|[^a-z])(embed(ding)?s?|rerank(er)?)([^a-z]|$)/i
const NO_CHAT_TYPE = /^(embeddings?|rerank(er)?|image|video|audio|speech|transcri\w+|moderation)$/i

/**
 * Asks an endpoint which models it has, and leaves out those that it says cannot chat. Throws an `AppError`.
 * @see https://platform.openai.com/docs/api-reference/models/list
 */
export async function listModels(endpoint: Endpoint, signal: AbortSignal): Promise<ListedModel[]> {
  const redact = createRedactor(endpoint.apiKey)
  const patience = AbortSignal.timeout(PATIENCE_MS)
  try {
    const { url, headers } = requestTo(endpoint, '/models')
    const response = await ask(url, {
      headers: { ...headers, accept: 'application/json' },
      signal: AbortSignal.any([signal, patience]),
    })
    if (!response.isSuccess) throw await errorFromResponse(response, redact)
    return readList(JSON.parse(await readBody(response, MAX_LIST_BYTES)))
  } catch (failure) {
    throw explain(failure, patience, redact)
  }
}

function explain(failure: unknown, patience: AbortSignal, redact: Redact): AppError {
  if (failure instanceof AppError) return failure
  if (failure instanceof SyntaxError) return noList()
  const cause = errorFromFailure(failure, redact)
  return patience.aborted ? new AppError('upstream-timeout', TOO_LATE, { cause }) : cause
}

function readList(body: unknown): ListedModel[] {
  const list = isRecord(body) && !Array.isArray(body) ? body.data : body
  // Ollama without a model has `null` here.
  if (list === null) return []
  if (!Array.isArray(list)) throw noList()
  return list.filter(isRecord).flatMap(readModel).slice(0, MOST_MODELS)
}

function noList(): AppError {
  return failed('It answered with something that is no list of models: check base_url.')
}

function readModel(model: Record<string, unknown>): ListedModel[] {
  const { id, max_model_len: window, meta } = model
  if (typeof id !== 'string' || !canChat(id, model)) return []
  const contextTokens = window ?? (isRecord(meta) ? meta.n_ctx : undefined)
  return [{ id, ...(typeof contextTokens === 'number' && contextTokens > 0 && { contextTokens }) }]
}

/** There is no standard for it: each of these is what some server says of models that are not for chatting. */
function canChat(id: string, { type, capabilities, architecture }: Record<string, unknown>): boolean {
  if (NO_CHAT_NAME.test(id) || (typeof type === 'string' && NO_CHAT_TYPE.test(type))) return false
  if (Array.isArray(capabilities)) return !capabilities.includes('embedding') || capabilities.includes('completion')
  if (isRecord(capabilities) && capabilities.completion_chat === false) return false
  const written = isRecord(architecture) ? architecture.output_modalities : undefined
  return !Array.isArray(written) || written.includes('text')
}
