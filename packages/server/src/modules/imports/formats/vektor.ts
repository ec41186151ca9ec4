import { emptyPlace, type FoundConversation, type FoundMessage, UnreadableConversation } from '../found-conversation.ts'
import { field, list, nameField, oneOf, plausibleTime, textField } from './values.ts'
import { readFailure, readNotices, readParts, readUsage } from './vektor-details.ts'

/** What `toWireExport` of the conversations writes. */
const FORMAT = 'vektor-conversation'
const VERSION = 1

export function readVektor(element: unknown): FoundConversation | undefined {
  if (field(element, 'format') !== FORMAT) return undefined
  if (field(element, 'version') !== VERSION) {
    throw new UnreadableConversation('It was exported by a newer Vektor: bring this server up to date first.')
  }
  return {
    source: 'vektor',
    sourceId: nameField(element, 'id') ?? '',
    title: textField(element, 'title') ?? null,
    model: nameField(element, 'model'),
    system: textField(element, 'system') ?? null,
    createdAt: moment(element, 'created_at'),
    updatedAt: moment(element, 'updated_at'),
    currentId: textField(element, 'current_message_id'),
    messages: list(field(element, 'messages')).map(readMessage),
  }
}

function readMessage(message: unknown, index: number): FoundMessage {
  const place = emptyPlace(nameField(message, 'id') ?? `${index}`, textField(message, 'parent_id') ?? null)
  const role = oneOf(field(message, 'role'), ['user', 'assistant', 'system'])
  const content = textField(message, 'content')
  if (!role || content === undefined) return place
  const parts = role === 'user' ? readParts(field(message, 'parts')) : undefined
  const said = { ...place, role, content, ...(parts && { parts }), createdAt: moment(message, 'created_at') }
  if (role !== 'assistant') return { ...said, isSkipped: false }
  return {
    ...said,
    reasoning: textField(message, 'reasoning') ?? '',
    notices: readNotices(field(message, 'notices')),
    model: nameField(message, 'model') ?? null,
    usage: readUsage(field(message, 'usage')),
    ...endingOf(message),
    isSkipped: false,
  }
}

const ENDINGS = ['cancelled', 'interrupted', 'incomplete'] as const

/** What was being written when it was exported is not being written any more. */
function endingOf(message: unknown): Pick<FoundMessage, 'status' | 'finishReason' | 'failure'> {
  const status = field(message, 'status')
  if (status === 'failed') {
    return { status, finishReason: null, failure: readFailure(field(message, 'error')) }
  }
  const broken = status === 'in_progress' ? 'interrupted' : oneOf(status, ENDINGS)
  if (broken) return { status: broken, finishReason: broken, failure: null }
  const finishReason = oneOf(field(message, 'finish_reason'), ['stop', 'length']) ?? null
  return { status: 'completed', finishReason, failure: null }
}

function moment(value: unknown, name: string): number | undefined {
  return plausibleTime(Date.parse(textField(value, name) ?? ''))
}
