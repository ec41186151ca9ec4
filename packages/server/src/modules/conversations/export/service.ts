import type { ConversationWithMessages } from '../conversation.ts'
import { notFound } from '../conversation.ts'
import type { ConversationListRepository } from '../list-repository.ts'
import type { ConversationRepository } from '../repository.ts'

export interface ExportServiceOptions {
  conversations: ConversationRepository
  lists: ConversationListRepository
}

/** Conversations as they leave the server. What must not be kept is exported by nobody. */
export class ExportService {
  readonly #options: ExportServiceOptions

  constructor(options: ExportServiceOptions) {
    this.#options = options
  }

  /** With the messages of the active branch, or all that it has. */
  async one(ownerId: string, id: string, { isTree }: { isTree: boolean }): Promise<ConversationWithMessages> {
    const { conversations } = this.#options
    const conversation = await conversations.find(ownerId, id)
    if (!conversation || conversation.expiresAt !== null) throw notFound()
    if (isTree) return { conversation, messages: await conversations.tree(ownerId, id) }
    const { currentMessageId } = conversation
    return {
      conversation,
      messages: currentMessageId === null ? [] : await conversations.branch(ownerId, currentMessageId),
    }
  }

  /** All of them with all that they have, one after the other: there is never more than one in memory. */
  async *all(ownerId: string): AsyncGenerator<ConversationWithMessages> {
    const { conversations, lists } = this.#options
    for await (const { id } of lists.all(ownerId, {})) {
      const conversation = await conversations.find(ownerId, id)
      // It was deleted since it was listed.
      if (conversation) yield { conversation, messages: await conversations.tree(ownerId, id) }
    }
  }
}
