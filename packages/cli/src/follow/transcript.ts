import type { ChatEvent } from '@vektor/sdk'
import { neutraliseLine } from '../output/neutralise.ts'
import { paint } from '../output/paint.ts'
import { ToldTurn } from './told-turn.ts'

/**
 * Answers that are written at the same time, told one after the other: the one that began first as it comes, each other
 * when it is its turn, so that nobody reads two sentences mixed.
 */
export class Transcript {
  readonly #titles: ReadonlyMap<string, string>
  /** By the id of the answer, in the order in which they began. The first is being told. */
  readonly #turns = new Map<string, ToldTurn>()
  /** The conversation that what was told last belongs to. */
  #conversationId: string | undefined

  /** The titles, by the id of the conversation, as far as they are known when it is its turn. */
  constructor(titles: ReadonlyMap<string, string>) {
    this.#titles = titles
  }

  /** Whose answer is being told, if there is one. While it is not over nothing else is. */
  get current(): string | undefined {
    return this.#turns.values().next().value?.conversationId
  }

  /** Takes what comes in; gives what is to be printed now. */
  take(event: ChatEvent): string {
    this.#turnOf(event)?.take(event)
    return this.#tell()
  }

  /** Nothing more will come in of a conversation that was deleted; gives what is to be printed now. */
  forget(conversationId: string): string {
    for (const turn of this.#turns.values()) if (turn.conversationId === conversationId) turn.breakOff()
    return this.#tell()
  }

  #tell(): string {
    let text = ''
    for (const [messageId, turn] of this.#turns) {
      text += this.#headingOf(turn) + turn.tell()
      if (!turn.isOver) break
      this.#turns.delete(messageId)
    }
    return text
  }

  #turnOf(event: ChatEvent): ToldTurn | undefined {
    const known = this.#turns.get(event.message_id)
    if (known || !('conversation_id' in event)) return known
    const turn = new ToldTurn(event.conversation_id)
    this.#turns.set(event.message_id, turn)
    return turn
  }

  /** Once for all that is told of one conversation on end. */
  #headingOf({ conversationId }: ToldTurn): string {
    if (this.#conversationId === conversationId) return ''
    this.#conversationId = conversationId
    const title = this.#titles.get(conversationId)
    return `${paint('dim', `── ${title === undefined ? '' : `${neutraliseLine(title)} · `}${conversationId}`)}\n`
  }
}
