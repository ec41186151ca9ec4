import type { ChatRequest, ConversationDetail, Message, Vektor } from '@vektor/sdk'
import { CliError } from '../failure/cli-error.ts'

/** What is said, and after which message. */
export type Branching = Pick<ChatRequest, 'messages' | 'parent_id'>

type Client = Pick<Vektor, 'history'>

/** A question in other words, beside the old one. */
export async function editQuestion(
  client: Client,
  { id }: ConversationDetail,
  { messageId, text }: { messageId: string; text: string },
): Promise<Branching> {
  const question = await find(client, id, messageId)
  if (question.role !== 'user') throw new CliError('usage', 'That is no question of yours: only those can be edited.')
  return { messages: [{ role: 'user', content: text }], parent_id: question.parent_id }
}

/** The same question, to be answered again: the one that was asked last, or the one that has this id, or this answer. */
export async function answerAgain(
  client: Client,
  { id, messages }: ConversationDetail,
  messageId?: string,
): Promise<Branching> {
  const message = messageId === undefined ? messages.at(-1) : await find(client, id, messageId)
  const question = message?.role === 'user' ? message.id : message?.parent_id
  if (!question) throw new CliError('failed', 'Nothing was asked there that could be answered again.')
  return { messages: [], parent_id: question }
}

/** In whichever branch it is. */
async function find(client: Client, conversationId: string, messageId: string): Promise<Message> {
  const { messages } = await client.history.get(conversationId, { tree: true })
  const message = messages.find(({ id }) => id === messageId)
  if (message) return message
  throw new CliError('not-found', 'The conversation has no such message: vektor history show ID --tree lists them.')
}
