import { emptyPlace, type FoundConversation, type FoundMessage } from '../found-conversation.ts'
import { contentOf } from './chatgpt-content.ts'
import { field, isObject, nameField, oneOf, textField, timeField } from './values.ts'

/** The tools of which it is worth while to see what they were asked. */
const SHOWN_RECIPIENTS = ['all', 'python', undefined]

/** ChatGPT's `conversations.json`: each conversation has a tree of nodes by their ids, in `mapping`. */
export function readChatgpt(element: unknown): FoundConversation | undefined {
  const mapping = field(element, 'mapping')
  if (!isObject(mapping)) return undefined
  const nodes = Object.entries(mapping)
  return {
    source: 'chatgpt',
    sourceId: nameField(element, 'conversation_id') ?? nameField(element, 'id') ?? nodes[0]?.[0].slice(0, 256) ?? '',
    title: textField(element, 'title') ?? null,
    model: nameField(element, 'default_model_slug'),
    system: null,
    createdAt: timeField(element, 'create_time'),
    updatedAt: timeField(element, 'update_time'),
    currentId: textField(element, 'current_node'),
    messages: nodes.map(([id, node]) => readNode(id, node)),
  }
}

function readNode(id: string, node: unknown): FoundMessage {
  const place = emptyPlace(id, textField(node, 'parent') ?? null)
  const message = field(node, 'message')
  const metadata = field(message, 'metadata')
  if (!isObject(message) || field(metadata, 'is_visually_hidden_from_conversation') === true) return place
  const speaker = field(field(message, 'author'), 'role')
  const { text, reasoning, isResult } = contentOf(field(message, 'content'))
  const createdAt = timeField(message, 'create_time')
  const isForModel = !SHOWN_RECIPIENTS.includes(textField(message, 'recipient'))
  const isUnseen = speaker === 'tool' ? !isResult : isForModel
  if (isUnseen || text.trim() === '') return { ...place, reasoning, createdAt }
  // What a tool has answered is part of the answer.
  const role: FoundMessage['role'] = oneOf(speaker, ['user', 'system']) ?? 'assistant'
  const shown = { ...place, role, content: text, createdAt, isSkipped: false }
  if (role !== 'assistant') return shown
  return { ...shown, model: nameField(metadata, 'model_slug') ?? null, ...endingOf(message, metadata) }
}

function endingOf(message: object, metadata: unknown): Pick<FoundMessage, 'status' | 'finishReason'> {
  if (field(message, 'status') === 'in_progress') return { status: 'interrupted', finishReason: 'interrupted' }
  switch (field(field(metadata, 'finish_details'), 'type')) {
    case 'max_tokens':
      return { status: 'completed', finishReason: 'length' }
    case 'interrupted':
      return { status: 'cancelled', finishReason: 'cancelled' }
    default:
      return { status: 'completed', finishReason: 'stop' }
  }
}
