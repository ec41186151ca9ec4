import type { Segment } from './segment.ts'

export const SEGMENTS = { answer: 'generation_segments', reasoning: 'reasoning_segments' } as const

/** Read in one statement, so that an answer that ends meanwhile is seen either with its pieces or whole. */
const messageColumns = (
  answerPieces = '',
  reasoningPieces = '',
) => `m.id, m.conversation_id, m.parent_id, m.role, m.model,
  m.status, m.finish_reason, m.usage, m.notices, m.parts, m.error, m.created_at,
  CASE m.status WHEN 'in_progress' THEN ${storedText('answer', 'm.id', answerPieces)} ELSE m.content END AS content,
  CASE m.status WHEN 'in_progress' THEN ${storedText('reasoning', 'm.id', reasoningPieces)} ELSE m.reasoning END AS reasoning`
export const MESSAGE_COLUMNS = messageColumns()
export const NEWS_COLUMNS = `${messageColumns(`AND s.start >= ${pieceStart('answer')}`, `AND s.start >= ${pieceStart('reasoning')}`)},
  ${pieceStart('answer')} AS start, ${pieceStart('reasoning')} AS reasoning_start`

/** SQL for what is stored so far of an answer that is in progress, or of some pieces of it. */
export function storedText(kind: Segment['kind'], messageId: string, pieces = ''): string {
  const ofMessage = `FROM ${SEGMENTS[kind]} s WHERE s.message_id = ${messageId} ${pieces}`
  return `(SELECT coalesce(string_agg(s.content, '' ORDER BY s.start), '') ${ofMessage})`
}

/** SQL for where the piece begins that a place is in, or after: of what is in progress all before it is known. */
function pieceStart(kind: Segment['kind']): string {
  return `(SELECT coalesce(max(p.start), 0) FROM ${SEGMENTS[kind]} p
    WHERE p.message_id = m.id AND p.start <= ? AND m.status = 'in_progress')`
}
