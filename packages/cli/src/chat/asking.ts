import type { ChatRequest } from '@vektor/sdk'
import { saidIn } from '../output/said.ts'
import type { BegunAnswer } from './elsewhere.ts'

/** A question on its way. */
export interface SentQuestion {
  request: ChatRequest
  /** The same one for the same question, until it is settled: asked again, it is answered once. */
  idempotencyKey: string
  /** As it was typed. */
  typed: string
}

/** In which words, to whom, and where. */
export interface Question {
  typed: string
  text: string
  model: string
  conversationId: string | undefined
}

/** How questions are sent, and which of those before may have arrived though nobody said so. */
export class Asking {
  /** What the next question comes after, where that is not the end of the conversation: another one is edited. */
  #parentId: string | null | undefined
  readonly #unsettled: SentQuestion[] = []

  /** The next question takes the place of another one, which came after this message. */
  branchFrom(parentId: string | null): void {
    this.#parentId = parentId
  }

  /** The next question comes at the end. */
  goOn(): void {
    this.#parentId = undefined
  }

  send({ typed, text, model, conversationId }: Question): SentQuestion {
    const request: ChatRequest = {
      model,
      messages: [{ role: 'user', content: text }],
      ...(conversationId !== undefined && { conversation_id: conversationId }),
      ...(this.#parentId !== undefined && { parent_id: this.#parentId }),
    }
    this.#parentId = undefined
    const known = this.#unsettled.find((question) => JSON.stringify(question.request) === JSON.stringify(request))
    const question = known ?? { request, typed, idempotencyKey: crypto.randomUUID() }
    if (!known) this.#unsettled.push(question)
    return question
  }

  /** It was not answered: what is asked next is asked in its place. */
  takeBack({ request }: SentQuestion): void {
    this.#parentId = request.parent_id
  }

  /** It was answered, or refused: asked again, it would be another question. */
  settle(question: SentQuestion): void {
    const index = this.#unsettled.indexOf(question)
    if (index >= 0) this.#unsettled.splice(index, 1)
  }

  /** The question of ours that this answers, if it is one that may have arrived. */
  recognise({ conversationId, questions }: BegunAnswer): SentQuestion | undefined {
    const asked = questions.map(saidIn).join('\n')
    const question = this.#unsettled.find(
      ({ request }) => request.conversation_id === conversationId && request.messages[0]?.content === asked,
    )
    if (!question) return undefined
    this.settle(question)
    // Nothing is to be asked in its place any more.
    if (this.#parentId === question.request.parent_id) this.#parentId = undefined
    return question
  }
}
