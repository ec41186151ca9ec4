import type { Message } from '../conversation.ts'
import type { ResolvedId } from './ids-repository.ts'
import { contradiction } from './restore.ts'

/** A conversation of the archive, as far as it has come. */
export interface PlannedConversation {
  /** By the id that it has in the archive, and by the one that it has here. */
  archivedId: string
  conversationId: string
  isNew: boolean
  archivedCurrentId: string | null
  currentMessageId: string | null
  /** Where the messages wait that are to be added to one that is there, and the words of those that are to change. */
  twinId: string | null
  archivedCount: number
  addedCount: number
  changedCount: number
}

/** A message by the ids that it has here. */
export interface PlannedMessage {
  message: Message
  conversation: PlannedConversation
}

export interface MessagePlan {
  /** Those that are not there. */
  added: PlannedMessage[]
  /** Those that are. */
  known: PlannedMessage[]
}

/** What a batch meets. */
export interface PlanContext {
  conversations: ReadonlyMap<string, PlannedConversation>
  resolve(id: string): ResolvedId
  /** Whether what is stored under this id stays. */
  stays(messageId: string): boolean
}

/** Says where each message of a batch belongs, and counts it; refuses what does not go together. */
export function planMessages(messages: readonly Message[], context: PlanContext): MessagePlan {
  const { conversations, resolve, stays } = context
  const plan: MessagePlan = { added: [], known: [] }
  const inBatch = new Map<string, PlannedMessage>()
  const taken = new Set<string>()
  for (const archived of messages) {
    const conversation = conversations.get(archived.conversationId)
    if (!conversation) throw contradiction(`the message ${archived.id} belongs to no conversation in it`)
    if (inBatch.has(archived.id)) throw contradiction(`it has the message ${archived.id} twice`)
    const { id, row } = resolve(archived.id)
    // The id that somebody else's message gets here may stand in the archive too.
    if (taken.has(id)) throw contradiction(`it has the message ${archived.id} twice, once under another id`)
    taken.add(id)
    const { conversationId } = conversation
    const parentId = archived.parentId === null ? null : parentOf(archived.parentId)
    const planned = { message: { ...archived, id, conversationId, parentId }, conversation }
    inBatch.set(archived.id, planned)
    if (row && (conversation.isNew || row.conversation_id !== conversationId))
      throw contradiction(`the message ${archived.id} belongs to another conversation of yours, or comes twice`)
    if (row) plan.known.push(planned)
    else plan.added.push(planned)
    conversation.archivedCount += 1
    if (!row) conversation.addedCount += 1
    if (archived.id === conversation.archivedCurrentId) conversation.currentMessageId = id

    function parentOf(archivedParent: string): string {
      const before = inBatch.get(archivedParent)
      const parent = before ? { id: before.message.id, of: before.conversation.conversationId } : storedParent()
      const isHere = parent.of !== null && [conversation?.conversationId, conversation?.twinId].includes(parent.of)
      if (!isHere)
        throw contradiction(`the message ${archived.id} follows one that is not before it in its conversation`)
      return parent.id
    }

    function storedParent(): { id: string; of: string | null } {
      const { id, row } = resolve(archived.parentId ?? '')
      // What goes must not be followed by what stays.
      const isLost = row?.conversation_id === conversation?.conversationId && !conversation?.isNew && !stays(id)
      return { id, of: (!isLost && row?.conversation_id) || null }
    }
  }
  return plan
}
