import type { Ending } from '../conversations/index.ts'

type FinishReason = Extract<Ending, { type: 'done' }>['finishReason']

export interface EndedGeneration {
  model: string
  /** `abandoned` is what somebody else had taken over, or deleted. */
  outcome: FinishReason | 'failed' | 'abandoned'
  /** Tokens, as the provider counted them. */
  usage: { prompt: number; completion: number } | undefined
  failureCode: string | undefined
}

/** Who wants to know how answers end and what storing them takes, and has no say in it. */
export interface ChatObserver {
  generationEnded(generation: EndedGeneration): void
  flushed(durationMs: number): void
}

export function toEndedGeneration(model: string, ending: Ending | undefined): EndedGeneration {
  const usage = ending?.type === 'done' ? ending.usage : null
  return {
    model,
    outcome: ending === undefined ? 'abandoned' : ending.type === 'error' ? 'failed' : ending.finishReason,
    usage: usage ? { prompt: usage.prompt_tokens, completion: usage.completion_tokens } : undefined,
    failureCode: ending?.type === 'error' ? ending.failure.code : undefined,
  }
}
