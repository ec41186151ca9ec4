/** What was said while nobody listened, looked up where it is stored. */
import type { ChatEvent, ChatStream, Message, Vektor } from '@vektor/sdk'
import type { BegunAnswer } from './elsewhere.ts'

type Client = Pick<Vektor, 'history'>

/** What led to an answer after the message `last`. Undefined if the answer is in another branch. */
export async function saidBefore(
  client: Client,
  { conversationId, parentId, questions }: BegunAnswer,
  last: string | undefined,
): Promise<readonly Message[] | undefined> {
  if (questions.length === 0 || last === undefined || parentId === last) return []
  try {
    const { messages } = await client.history.get(conversationId, { tree: true })
    return saidSince(messages, last, parentId)
  } catch {
    // What cannot be looked up now is told without.
    return []
  }
}

/** What was said after `last`, up to and with `id`. Undefined where the way back from `id` does not lead to `last`. */
export function saidSince(messages: readonly Message[], last: string, id: string | null): Message[] | undefined {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const said: Message[] = []
  for (let message = byId.get(id ?? ''); message; message = byId.get(message.parent_id ?? '')) {
    if (message.id === last) return said
    said.unshift(message)
  }
  return undefined
}

/** The events of an answer. If it has ended while we were coming there are none: `onStored` gets what is stored of it. */
export async function* wholeAnswer(
  client: Client,
  stream: ChatStream,
  onStored: (message: Message) => void,
): AsyncGenerator<ChatEvent> {
  yield* stream
  const { conversationId, cursor, messageId } = stream
  if (cursor !== undefined || conversationId === undefined) return
  const { messages } = await client.history.get(conversationId, { tree: true })
  const message = messages.find(({ id }) => id === messageId)
  if (message) onStored(message)
}
