import { emptyPlace, type FoundConversation, type FoundMessage } from '../found-conversation.ts'
import { field, isObject, list, nameField, oneOf, textField, timeField, toText } from './values.ts'

/** Open WebUI's export: each conversation has its messages by their ids, in `chat.history.messages`. */
export function readOpenWebui(element: unknown): FoundConversation | undefined {
  const chat = field(element, 'chat')
  const history = field(chat, 'history')
  const messages = field(history, 'messages')
  if (!isObject(messages)) return undefined
  const nodes = Object.entries(messages)
  return {
    source: 'open-webui',
    sourceId: nameField(element, 'id') ?? nameField(chat, 'id') ?? nodes[0]?.[0].slice(0, 256) ?? '',
    title: textField(element, 'title') ?? textField(chat, 'title') ?? null,
    model: toText(list(field(chat, 'models'))[0])?.slice(0, 256),
    system: textField(chat, 'system') || textField(field(chat, 'params'), 'system') || null,
    createdAt: timeField(element, 'created_at') ?? timeField(chat, 'timestamp'),
    updatedAt: timeField(element, 'updated_at'),
    currentId: textField(history, 'currentId'),
    messages: nodes.map(([id, message]) => readMessage(id, message)),
  }
}

function readMessage(id: string, message: unknown): FoundMessage {
  const place = emptyPlace(id, textField(message, 'parentId') ?? null)
  const role = oneOf(field(message, 'role'), ['user', 'assistant', 'system'])
  const { reasoning, answer } = split(textField(message, 'content') ?? '')
  const images = list(field(message, 'files')).filter((file) => field(file, 'type') === 'image')
  const content = [answer, ...images.map(() => '[image]')].filter((piece) => piece !== '').join('\n')
  const createdAt = timeField(message, 'timestamp')
  if (!role || content.trim() === '') return { ...place, createdAt }
  const shown = { ...place, role, content, createdAt, isSkipped: false }
  if (role !== 'assistant') return { ...shown, content: content }
  const model = nameField(message, 'model') ?? null
  // What was being written when it was exported says so, where it says anything.
  return field(message, 'done') === false
    ? { ...shown, reasoning, model, status: 'interrupted', finishReason: 'interrupted' }
    : { ...shown, reasoning, model, finishReason: 'stop' }
}

const REASONING = '<details type="reasoning"'
const END = '</details>'

/** What a model thought stands before its answer, as a quotation that can be folded away. */
function split(content: string): { reasoning: string; answer: string } {
  const end = content.startsWith(REASONING) ? content.indexOf(END) : -1
  if (end < 0) return { reasoning: '', answer: content }
  const body = content.slice(content.indexOf('>') + 1, end)
  const summaryEnd = body.indexOf('</summary>')
  const lines = body.slice(summaryEnd < 0 ? 0 : summaryEnd + '</summary>'.length).split('\n')
  const reasoning = lines.map((line) => line.replace(/^(?:>|&gt;) ?/, '')).join('\n')
  return { reasoning: reasoning.trim(), answer: content.slice(end + END.length).trimStart() }
}
