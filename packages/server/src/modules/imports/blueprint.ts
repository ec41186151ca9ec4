import { namedId } from '../../id.ts'
import { type Conversation, type Message, tidyTitle, titleOf } from '../conversations/index.ts'
import { type Arranged, arrange, type PlacedMessage } from './arrange.ts'
import { type FoundConversation, UnreadableConversation } from './found-conversation.ts'

/** A conversation as it shall be stored, whole, and its messages: each after the one that it comes after. */
export interface Blueprint {
  conversation: Conversation
  messages: readonly Message[]
  /** What was done about something that was wrong with it. */
  remark: string | undefined
}

export interface Ownership {
  ownerId: string
  /** It was exported from this account, and is still there: it is the one with this id, as are those of its messages. */
  own?: { conversationId: string; messageIds: ReadonlySet<string> }
  /** Epoch milliseconds, for what says nothing of its own. */
  now: number
}

const UNKNOWN_MODEL = 'unknown'

/** Throws `UnreadableConversation`. */
export function draw(found: FoundConversation, ownership: Ownership): Blueprint {
  const { ownerId, own, now } = ownership
  const arranged = arrange(found.messages)
  if (found.sourceId === '' || arranged.messages.length === 0) {
    throw new UnreadableConversation('There is nothing in it.')
  }
  const names = [ownerId, found.source, found.sourceId]
  const born = found.createdAt ?? arranged.messages.find(({ createdAt }) => createdAt !== undefined)?.createdAt
  const id = own?.conversationId ?? namedId(names, born ?? 0)
  const ids = messageIds(arranged, { names, born: born ?? 0, own })
  const times = timesOf(arranged, born ?? now)
  const messages = arranged.messages.map((message) => toMessage(message, { conversationId: id, ids, times }))
  const last = arranged.standing.get(found.currentId ?? '') ?? arranged.messages.at(-1)?.sourceId
  const latest = [...times.values()].reduce((most, time) => Math.max(most, time), born ?? 0)
  const model = found.model ?? arranged.messages.findLast(({ model }) => model !== null)?.model ?? UNKNOWN_MODEL
  return {
    conversation: {
      id,
      ownerId,
      title: tidyTitle(found.title ?? '') ?? titleOf(messages),
      model,
      system: found.system,
      currentMessageId: ids.get(last ?? '') ?? null,
      messageCount: messages.length,
      createdAt: born ?? now,
      updatedAt: Math.max(found.updatedAt ?? latest, born ?? now),
      expiresAt: null,
    },
    messages,
    remark: remarkOn(arranged),
  }
}

function messageIds(
  { messages }: Arranged,
  { names, born, own }: { names: readonly string[]; born: number; own: Ownership['own'] },
): Map<string, string> {
  const idOf = ({ sourceId, createdAt }: PlacedMessage) =>
    own?.messageIds.has(sourceId) ? sourceId : namedId([...names, sourceId], createdAt ?? born)
  return new Map(messages.map((message) => [message.sourceId, idOf(message)]))
}

/** What says no time was said right after what it comes after. */
function timesOf({ messages }: Arranged, fallback: number): Map<string, number> {
  const times = new Map<string, number>()
  for (const { createdAt, parentId, sourceId } of messages) {
    times.set(sourceId, createdAt ?? times.get(parentId ?? '') ?? fallback)
  }
  return times
}

interface Place {
  conversationId: string
  ids: ReadonlyMap<string, string>
  times: ReadonlyMap<string, number>
}

function toMessage(message: PlacedMessage, { conversationId, ids, times }: Place): Message {
  const { isSkipped: _, sourceId, parentId, ...said } = message
  return {
    ...said,
    id: ids.get(sourceId) ?? '',
    conversationId,
    parentId: ids.get(parentId ?? '') ?? null,
    createdAt: times.get(sourceId) ?? 0,
  }
}

function remarkOn({ strays }: Arranged): string | undefined {
  if (strays === 0) return undefined
  const whose = strays === 1 ? 'One message came' : `${strays} messages came`
  return `${whose} after none that the file holds, and stands at the beginning of a branch now.`
}
