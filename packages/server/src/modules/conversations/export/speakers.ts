import type { Message } from '../conversation.ts'

const NAMES = { user: 'User', assistant: 'Assistant', system: 'System' } as const satisfies Record<
  Message['role'],
  string
>

/** Who says it, and through which model if it is not the conversation's own. */
export function speakerOf({ role, model }: Pick<Message, 'role' | 'model'>, usualModel: string): string {
  return model === null || model === usualModel ? NAMES[role] : `${NAMES[role]} (${model})`
}

/** What became of an answer that is not whole, in words. */
export function endingOf({ status, failure }: Pick<Message, 'status' | 'failure'>): string | undefined {
  switch (status) {
    case 'completed':
      return undefined
    case 'in_progress':
      return 'This answer is still being written.'
    case 'cancelled':
      return 'This answer was stopped.'
    case 'interrupted':
    case 'incomplete':
      return 'This answer broke off.'
    case 'failed':
      return failure ? `This answer failed: ${failure.detail}` : 'This answer failed.'
  }
}

/** A moment, as people read it and wherever they are: `2025-07-09 14:20 UTC`. */
export function dateOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
