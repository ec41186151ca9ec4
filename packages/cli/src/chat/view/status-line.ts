import stringWidth from 'string-width'
import { neutraliseLine } from '../../output/neutralise.ts'
import { paint } from '../../output/paint.ts'
import type { ChatState } from '../state.ts'

/** Less of a title than this says nothing. */
const SHORTEST_CONTEXT = 8

/** One line: with whom, about what, what is going on and which keys matter now. The last is never left out. */
export function statusLine(chat: ChatState, columns: number): string {
  const now = cut(activity(chat), columns)
  const isAlarming = chat.connection === 'lost' && (chat.phase !== 'idle' || chat.hint === undefined)
  const painted = paint(isAlarming ? 'yellow' : 'dim', now)
  const room = columns - stringWidth(now) - SEPARATOR.length
  if (room < SHORTEST_CONTEXT) return painted
  const title = chat.title === undefined ? 'new conversation' : neutraliseLine(chat.title)
  return paint('dim', cut(`${neutraliseLine(chat.model)}${SEPARATOR}${title}`, room) + SEPARATOR) + painted
}

const SEPARATOR = ' · '

function activity({ phase, connection, hint }: ChatState): string {
  if (connection === 'lost' && phase !== 'idle') return 'connection lost, resuming… (Ctrl-C leaves)'
  if (hint !== undefined) return neutraliseLine(hint)
  if (connection === 'lost') return 'connection lost, resuming…'
  switch (phase) {
    case 'waiting':
      return 'thinking… (Esc stops)'
    case 'streaming':
      return 'answering… (Esc stops)'
    case 'stopping':
      return 'stopping…'
    case 'idle':
      return 'Enter sends, /help'
  }
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text
  let result = ''
  for (const { segment } of graphemes.segment(text)) {
    if (stringWidth(result + segment) > columns - 1) break
    result += segment
  }
  return `${result}…`
}
