import type { ChatEvent, Problem } from '@vektor/sdk'

/** What the view needs of the SDK; its client satisfies it as it is. */
export interface ChatClient {
  chat: {
    stream(request: ChatViewRequest, options: { onConnection: (state: 'lost' | 'resumed') => void }): AnswerStream
  }
  history: { get(id: string): Promise<StoredConversation> }
  models: { list(): Promise<ModelChoice[]> }
}

export interface ChatViewRequest {
  model: string
  messages: { role: 'user'; content: string }[]
  conversation_id?: string
}

export interface AnswerStream extends AsyncIterable<ChatEvent> {
  /** Ends the answer on the server, which keeps what there is of it. */
  stop(): Promise<void>
}

export interface StoredConversation {
  id: string
  title: string | null
  model: string
  messages: StoredMessage[]
}

export interface StoredMessage {
  role: 'user' | 'assistant' | 'system'
  content: string
  status: string
  error?: Problem
}

export interface ModelChoice {
  name: string
  description: string
  available: boolean
  reason?: string
}
