import { isInternalHost } from '../../../address-ranges.ts'
import type { FoundMessage } from '../found-conversation.ts'
import { field, list, nameField, textField } from './values.ts'

type Part = NonNullable<FoundMessage['parts']>[number]

/** As `POST /chat/stream` takes them: whoever imports one must not reach further than whoever sends one. */
const IMAGE_DATA = /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/i
const IMAGE_ADDRESS = /^https?:\/\/[^\s\\]+$/i

/** Undefined where there is no image among them. What may not be shown to a model is told in words. */
export function readParts(parts: unknown): readonly Part[] | undefined {
  const read = list(parts).flatMap((part): Part[] => {
    const url = textField(field(part, 'image_url'), 'url')
    if (url !== undefined) return [isImage(url) ? { type: 'image', url } : { type: 'text', text: '[image]' }]
    const text = textField(part, 'text')
    return text === undefined ? [] : [{ type: 'text', text }]
  })
  return read.some(({ type }) => type === 'image') ? read : undefined
}

function isImage(url: string): boolean {
  if (IMAGE_DATA.test(url)) return true
  const address = IMAGE_ADDRESS.test(url) ? URL.parse(url) : null
  return address !== null && !isInternalHost(address.hostname)
}

/** Where they stood in the answer the file does not say: before it. */
export function readNotices(notices: unknown): FoundMessage['notices'] {
  return list(notices).flatMap((notice) => {
    const code = nameField(notice, 'code')
    const detail = textField(notice, 'detail')
    if (code === undefined || detail === undefined || !/^[a-z][a-z-]*$/.test(code)) return []
    return [{ event: { type: 'notice' as const, code, detail }, offset: 0, reasoningOffset: 0 }]
  })
}

export function readUsage(usage: unknown): FoundMessage['usage'] {
  const prompt_tokens = count(field(usage, 'prompt_tokens'))
  const completion_tokens = count(field(usage, 'completion_tokens'))
  const total_tokens = count(field(usage, 'total_tokens'))
  if (prompt_tokens === undefined || completion_tokens === undefined || total_tokens === undefined) return null
  const reasoning_tokens = count(field(field(usage, 'completion_tokens_details'), 'reasoning_tokens'))
  const details = reasoning_tokens ? { completion_tokens_details: { reasoning_tokens } } : {}
  return { prompt_tokens, completion_tokens, total_tokens, ...details }
}

/** Codes of failures come and go with versions: of one that is not known, its words are kept. */
export function readFailure(problem: unknown): FoundMessage['failure'] {
  const detail = textField(problem, 'detail') ?? 'The file does not say why.'
  const code = UPSTREAM_CODES.find((known) => field(problem, 'type') === `/problems/${known}`) ?? 'internal-error'
  return { code, detail, requestId: nameField(problem, 'request_id') ?? 'imported' }
}

const UPSTREAM_CODES = [
  'model-unavailable',
  'upstream-failed',
  'upstream-rate-limited',
  'upstream-rejected',
  'upstream-timeout',
] as const

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
