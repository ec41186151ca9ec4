import type { ConfigReader, Place } from '../../config/files/config-reader.ts'
import { HTTP_ADDRESS_RULE, parseHttpAddress } from '../../config/files/http-address.ts'
import { pointerTo } from '../../config/files/json-document.ts'
import { WORD_DELAY_MS } from '../../providers/eliza/index.ts'
import type { Endpoint } from '../../providers/openai-compatible/index.ts'
import { Secret } from '../../secret.ts'

/** What a `models/*.json` says. */
export type ModelDefinition =
  | { provider: 'eliza'; wordDelayMs: number }
  | (UpstreamDefinition & { model: string })
  | (UpstreamDefinition & { discover: true })

export interface UpstreamDefinition {
  provider: 'openai-compatible'
  streaming: boolean
  hasReasoningTags: boolean
  /** Whether it sees images. */
  hasImages: boolean
  /** How much the model reads and writes at once. Without it nothing is left out. */
  contextTokens?: number
  endpoints: Endpoint[]
}

const PROVIDERS = ['openai-compatible', 'eliza'] as const
const FIELDS = [
  'description',
  'provider',
  'model',
  'discover',
  'streaming',
  'reasoning_tags',
  'context_tokens',
  'images',
  'endpoints',
]
const ELIZA_FIELDS = ['description', 'provider', 'word_delay_ms']
const ENDPOINT_FIELDS = ['base_url', 'api_key', 'weight']
const ENDPOINT_EXAMPLE = `"endpoints": [{"base_url": "https://api.openai.com/v1", "api_key": "\${OPENAI_API_KEY}"}]`

/** There is no definition where there are faults or obstacles: the reader has them. */
export function readModelFile(reader: ConfigReader): { description: string; definition?: ModelDefinition | undefined } {
  const value = reader.document?.value
  const isEliza = typeof value === 'object' && value !== null && 'provider' in value && value.provider === 'eliza'
  const place = reader.document && reader.object(value, '', isEliza ? ELIZA_FIELDS : FIELDS)
  if (!place) return { description: '' }
  const description =
    reader.text(place, 'description', {
      parse: (text) => text,
      rule: 'a text that tells users what this model is',
      example: '"GPT-4 con streaming SSE"',
    }) ?? ''
  const provider = reader.text(place, 'provider', {
    parse: (text) => PROVIDERS.find((known) => known === text),
    rule: 'one of openai-compatible, eliza',
    example: '"openai-compatible"',
  })
  if (provider === undefined) return { description }
  const definition = provider === 'eliza' ? readEliza(reader, place) : readOpenAiCompatible(reader, place)
  return { description, definition }
}

function readEliza(reader: ConfigReader, place: Place): ModelDefinition {
  const wordDelayMs = reader.number(place, 'word_delay_ms', { min: 0, max: 10_000, fallback: WORD_DELAY_MS })
  return { provider: 'eliza', wordDelayMs }
}

function readOpenAiCompatible(reader: ConfigReader, place: Place): ModelDefinition | undefined {
  const discover = reader.boolean(place, 'discover', false)
  const model = discover ? undefined : readModel(reader, place)
  const upstream = readUpstream(reader, place)
  if (discover && place.fields.model !== undefined) {
    return reader.fault('/model', 'Leave out "model": with "discover" the endpoints say which models they have.')
  }
  if (discover) return upstream && { ...upstream, discover }
  return model === undefined || !upstream ? undefined : { ...upstream, model }
}

function readModel(reader: ConfigReader, place: Place): string | undefined {
  return reader.text(place, 'model', {
    parse: (text) => text.trim() || undefined,
    rule: 'the name that the endpoint knows the model by',
    example: '"gpt-4.1"',
  })
}

function readUpstream(reader: ConfigReader, place: Place): UpstreamDefinition | undefined {
  const streaming = reader.boolean(place, 'streaming', true)
  const hasReasoningTags = reader.boolean(place, 'reasoning_tags', false)
  const hasImages = reader.boolean(place, 'images', false)
  const contextTokens = readContextTokens(reader, place)
  const entries = reader.array(place, 'endpoints', ENDPOINT_EXAMPLE)
  const endpoints = entries.map((entry, index) => readEndpoint(reader, entry, pointerTo('/endpoints', index)))
  const whole = endpoints.filter((endpoint) => endpoint !== undefined)
  if (whole.length < endpoints.length) return undefined
  return {
    provider: 'openai-compatible',
    streaming,
    hasReasoningTags,
    hasImages,
    ...(contextTokens !== undefined && { contextTokens }),
    endpoints: whole,
  }
}

function readContextTokens(reader: ConfigReader, place: Place): number | undefined {
  if (place.fields.context_tokens === undefined) return undefined
  return reader.number(place, 'context_tokens', { min: 256, max: 100_000_000, fallback: 8192 })
}

function readEndpoint(reader: ConfigReader, entry: unknown, pointer: string): Endpoint | undefined {
  const place = reader.object(entry, pointer, ENDPOINT_FIELDS)
  if (!place) return undefined
  const baseUrl = reader.text(place, 'base_url', {
    parse: parseHttpAddress,
    rule: HTTP_ADDRESS_RULE,
    example: '"https://api.openai.com/v1"',
  })
  const hasKey = place.fields.api_key !== undefined
  const apiKey = hasKey
    ? reader.text(place, 'api_key', {
        parse: (text) => (/^[\x21-\x7e]+$/.test(text.trim()) ? new Secret(text.trim()) : undefined),
        rule: 'a key: letters, digits and signs without spaces',
        example: `"\${OPENAI_API_KEY}"`,
      })
    : undefined
  const weight = reader.number(place, 'weight', { min: 0.001, max: 1_000_000, fallback: 1 })
  if (baseUrl === undefined || (hasKey && apiKey === undefined)) return undefined
  return { baseUrl, weight, ...(apiKey && { apiKey }) }
}
