import { AppError } from '../../app-error.ts'
import type { Log } from '../../log.ts'
import { ElizaProvider } from '../../providers/eliza/index.ts'
import { OpenAiCompatibleProvider } from '../../providers/openai-compatible/index.ts'
import type { Provider } from '../../providers/provider.ts'
import { trimming } from '../../providers/trimming.ts'
import { withoutImages } from '../../providers/without-images.ts'
import type { ModelDefinition } from './model-file.ts'

export interface ProviderOptions {
  idleTimeoutMs: number
  log: Log
}

/** Not of a file that leaves it to its endpoints which models they have. */
export function buildProvider(
  definition: Exclude<ModelDefinition, { discover: true }>,
  options: ProviderOptions,
): Provider {
  if (definition.provider === 'eliza') return withoutImages(new ElizaProvider({ wordDelayMs: definition.wordDelayMs }))
  const { contextTokens, hasImages, ...upstream } = definition
  const asked = new OpenAiCompatibleProvider({ ...upstream, ...options })
  const provider = contextTokens === undefined ? asked : trimming(asked, contextTokens)
  // Only what is sent counts as tokens.
  return hasImages ? provider : withoutImages(provider)
}

/** Stands where a model lacks something: whoever asks it is told what. */
export function unavailableProvider(name: string, reason: string): Provider {
  return {
    // biome-ignore lint/correctness/useYield: it fails before there is anything to yield.
    async *stream() {
      throw modelUnavailable(name, reason)
    },
  }
}

export function modelUnavailable(name: string, reason: string): AppError {
  return new AppError('model-unavailable', `${reason} Until then ${name} cannot answer: choose another model.`)
}
