import { field, list, textField, toText } from './values.ts'

export interface ReadContent {
  text: string
  reasoning: string
  /** Of what a tool has answered: people were shown it. */
  isResult: boolean
}

const NOTHING: ReadContent = { text: '', reasoning: '', isResult: false }

/** What somebody has said, in one of the many forms that ChatGPT keeps it in. */
export function contentOf(content: unknown): ReadContent {
  switch (field(content, 'content_type')) {
    case 'code':
      return { ...NOTHING, text: fenced(textField(content, 'text') ?? '', languageOf(content)) }
    case 'execution_output':
      return { ...NOTHING, text: fenced(textField(content, 'text') ?? '', ''), isResult: true }
    case 'thoughts':
      return { ...NOTHING, reasoning: list(field(content, 'thoughts')).map(thoughtOf).filter(Boolean).join('\n\n') }
    case 'reasoning_recap':
    case 'user_editable_context':
    case 'model_editable_context':
    case 'tether_browsing_display':
      return NOTHING
    default:
      return fromParts(content)
  }
}

/** Plain text, what is among it, and whatever form may come yet: as far as there is text in it. */
function fromParts(content: unknown): ReadContent {
  const parts = list(field(content, 'parts')).map(partOf)
  const pieces = parts.length > 0 ? parts : [textField(content, 'text') ?? '']
  return { ...NOTHING, text: pieces.filter((piece) => piece !== '').join('\n'), isResult: pieces.includes(IMAGE) }
}

const IMAGE = '[image]'

/** Images and recordings are files beside the conversations, and stay there. */
function partOf(part: unknown): string {
  switch (field(part, 'content_type')) {
    case 'image_asset_pointer':
      return IMAGE
    case 'audio_transcription':
      return textField(part, 'text') ?? ''
    default:
      return toText(part) ?? textField(part, 'text') ?? ''
  }
}

function thoughtOf(thought: unknown): string {
  return textField(thought, 'content') || textField(thought, 'summary') || ''
}

function languageOf(content: unknown): string {
  const language = textField(content, 'language') ?? ''
  return /^[\w+#-]{1,20}$/.test(language) && language !== 'unknown' ? language : ''
}

/** A block of code, in a fence that is longer than any in it. */
function fenced(code: string, language: string): string {
  if (code.trim() === '') return ''
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map(({ length }) => length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${code.trimEnd()}\n${fence}`
}
