import type { ConversationDetail, Message, Model } from '@vektor/sdk'
import { alignColumns } from '../output/columns.ts'
import { neutralise, neutraliseLine } from '../output/neutralise.ts'
import { paint } from '../output/paint.ts'
import { saidIn } from '../output/said.ts'
import type { BegunAnswer } from './elsewhere.ts'
import { AnswerPrinter } from './markdown/answer-printer.ts'
import { wrap } from './markdown/wrap.ts'

const PROMPT = '› '

/** What was said, as it stands in the scrollback. */
export function conversationLines(messages: readonly Message[], width: number): string[] {
  return messages.flatMap((message) => messageLines(message, width))
}

/** A question as it stands in the scrollback. */
export function questionLines(question: string, width: number): string[] {
  const lines = neutralise(question)
    .split('\n')
    .flatMap((line) => wrap(line.replaceAll('\t', '    '), width - PROMPT.length))
  return ['', ...lines.map((line, index) => paint('bold', (index === 0 ? PROMPT : '  ') + line)), '']
}

/** How what was asked elsewhere came about. */
export interface Origin {
  /** It was asked here, and nobody said that it had arrived. */
  isOwn: boolean
  /** What was said before it and does not stand on the screen. Undefined if it was asked in another branch. */
  before: readonly Message[] | undefined
}

/** What was asked elsewhere, and what led to it. */
export function elsewhereLines({ questions }: BegunAnswer, { isOwn, before }: Origin, width: number): string[] {
  const place = before ? '' : ', in another branch'
  const whence = isOwn ? 'your question had arrived' : `from another device${place}`
  const mark = questions.length === 0 ? 'answered again on another device' : whence
  const said = [...(before ?? []), ...questions]
  return ['', ...wrap(paint('dim', `── ${mark} ──`), width), ...conversationLines(said, width)]
}

/** What was said, as a Markdown document. */
export function conversationMarkdown({ title, messages }: ConversationDetail): string[] {
  const parts = messages.map((message) => {
    const notes = notesOf(message).flatMap((note) => ['', `*(${note})*`])
    return [`## ${message.role}`, '', saidIn(message), ...notes].join('\n')
  })
  return [[`# ${neutraliseLine(title ?? 'untitled')}`, ...parts].join('\n\n')]
}

/** The models as a list, the one that answers marked. */
export function modelLines(models: readonly Model[], current: string): string[] {
  const rows = models.map(({ name, description, available, reason }) => [
    `${name === current ? '●' : ' '} ${neutraliseLine(name)}`,
    neutraliseLine(available ? description : `not available: ${reason ?? description}`),
  ])
  return alignColumns(rows).map((line, index) => (models[index]?.available ? line : paint('dim', line)))
}

export function messageLines(message: Message, width: number): string[] {
  if (message.role === 'user') return questionLines(saidIn(message), width)
  const printer = new AnswerPrinter()
  const lines = [...printer.write(message.content, width), ...printer.end(width)]
  const notes = message.role === 'system' ? ['system message'] : notesOf(message)
  return [...lines, ...notes.flatMap((note) => wrap(paint('yellow', `(${note})`), width))]
}

const NOTES: Record<Message['status'], string | undefined> = {
  completed: undefined,
  in_progress: 'this answer is still being written',
  cancelled: 'this answer was stopped',
  interrupted: 'the server stopped in the middle of this answer',
  incomplete: 'the model went away in the middle of this answer',
  failed: 'this answer failed',
}

function notesOf({ status, error, notices = [] }: Message): string[] {
  const ending = status === 'failed' && error ? neutraliseLine(error.detail) : NOTES[status]
  return [...notices.map(({ detail }) => neutraliseLine(detail)), ...(ending === undefined ? [] : [ending])]
}
