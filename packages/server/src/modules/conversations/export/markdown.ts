import type { ConversationWithMessages, Message } from '../conversation.ts'
import { dateOf, endingOf, speakerOf } from './speakers.ts'

/** A conversation to be read and kept: what was said stands as it was said, Markdown and all. */
export function toMarkdown({ conversation, messages }: ConversationWithMessages): string {
  const { createdAt, model, system, title } = conversation
  const sections = [
    `# ${escapeLine(title ?? 'Untitled conversation')}`,
    `- Date: ${dateOf(createdAt)}\n- Model: ${escapeLine(model)}`,
    ...(system === null ? [] : ['## Instructions', quote(system)]),
    ...messages.flatMap((message) => sectionsOf(message, model)),
  ]
  return `${sections.join('\n\n')}\n`
}

function sectionsOf(message: Message, usualModel: string): string[] {
  const ending = endingOf(message)
  return [
    `## ${escapeLine(speakerOf(message, usualModel))}`,
    ...(message.reasoning === '' ? [] : [quote(message.reasoning)]),
    ...message.notices.map(({ event }) => `*${escapeLine(event.detail)}*`),
    ...saidIn(message),
    ...(ending === undefined ? [] : [`*${escapeLine(ending)}*`]),
  ]
}

function saidIn({ content, parts }: Message): string[] {
  const pieces = parts?.map((part) => (part.type === 'text' ? part.text : imageOf(part.url))) ?? [content]
  return pieces.filter((piece) => piece.trim() !== '').map((piece) => closeFence(piece.trimEnd()))
}

/** Brackets and spaces would end the address. */
function imageOf(url: string): string {
  return `![image](<${url.replace(/[<>\s]/g, encodeURIComponent)}>)`
}

/** Lines of a quotation are their own: whatever is in them, it ends with them. */
function quote(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n')
}

/** One line of plain words: nothing in it is Markdown. */
function escapeLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#|~!&]/g, '\\$&')
}

/** https://spec.commonmark.org/0.31.2/#fenced-code-blocks */
const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/

/** A block of code that was never closed, as in an answer that broke off, would swallow all that comes after it. */
function closeFence(text: string): string {
  let open: string | undefined
  for (const line of text.split('\n')) {
    const [, fence = '', rest = ''] = FENCE.exec(line) ?? []
    if (fence === '') continue
    if (open === undefined) open = fence
    else if (fence.startsWith(open) && rest.trim() === '') open = undefined
  }
  return open === undefined ? text : `${text}\n${open}`
}
