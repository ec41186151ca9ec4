import type { Model } from '@vektor/sdk'

/** Lines that are finished: printed once above the live part of the screen, and never touched again. */
export interface Printed {
  id: number
  text: string
}

/** What the screen shows. Only `open` and the input can still change. */
export interface ChatState {
  printed: readonly Printed[]
  phase: 'idle' | 'waiting' | 'streaming' | 'stopping'
  connection: 'up' | 'lost'
  model: string
  models: readonly Model[]
  conversationId: string | undefined
  title: string | undefined
  /** The lines of the block that can still change. */
  open: readonly string[]
  /** One sentence that the user should read next. */
  hint: string | undefined
}

export type ChatAction =
  | { type: 'asked'; question: string }
  | { type: 'started'; conversationId: string }
  | { type: 'wrote'; lines: readonly string[]; open: readonly string[] }
  | { type: 'printed'; lines: readonly string[] }
  | { type: 'connection'; state: 'up' | 'lost' }
  | { type: 'stopping' }
  | { type: 'ended'; hint?: string }
  | { type: 'chose-model'; model: string }
  | { type: 'began-anew' }
  | { type: 'hinted'; hint: string | undefined }

const TITLE_LENGTH = 60

export function reduceChat(state: ChatState, action: ChatAction): ChatState {
  switch (action.type) {
    case 'asked':
      return {
        ...state,
        phase: 'waiting',
        connection: 'up',
        hint: undefined,
        title: state.title ?? titleOf(action.question),
      }
    case 'started':
      return { ...state, conversationId: action.conversationId }
    case 'wrote':
      return { ...print(state, action.lines), phase: wrotePhase(state), open: action.open }
    case 'printed':
      return print(state, action.lines)
    case 'connection':
      return { ...state, connection: action.state }
    case 'stopping':
      return state.phase === 'idle' ? state : { ...state, phase: 'stopping', hint: undefined }
    case 'ended':
      return { ...state, phase: 'idle', connection: 'up', open: [], hint: action.hint }
    case 'chose-model':
      return { ...state, model: action.model, hint: undefined }
    case 'began-anew':
      return { ...state, conversationId: undefined, title: undefined, hint: undefined }
    case 'hinted':
      return { ...state, hint: action.hint }
  }
}

function print(state: ChatState, lines: readonly string[]): ChatState {
  if (lines.length === 0) return state
  return { ...state, printed: [...state.printed, { id: state.printed.length, text: lines.join('\n') }] }
}

function wrotePhase(state: ChatState): ChatState['phase'] {
  return state.phase === 'stopping' ? 'stopping' : 'streaming'
}

function titleOf(question: string): string | undefined {
  return question.trim().split('\n')[0]?.slice(0, TITLE_LENGTH) || undefined
}
