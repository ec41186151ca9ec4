import { AppError } from '../../app-error.ts'

/**
 * Where a viewer stands in the log of one generation: how much text it has received, in UTF-16 units, and how many of the
 * events that are not text. Nothing in it counts chunks, so text may be cut and put together at will.
 */
export interface Position {
  /** The account's number of the generation. */
  readonly sequence: number
  readonly offset: number
  readonly ordinal: number
  /** How much of the model's reasoning, in UTF-16 units too. */
  readonly reasoning: number
}

const POSITION = /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})(?:\.(\d{1,15}))?$/

/** Before the first event of a generation. */
export function startOf(sequence: number): Position {
  return { sequence, offset: 0, ordinal: 0, reasoning: 0 }
}

/**
 * The `id` of an event: the positions of the generations that a viewer has begun and not finished, in order, and of the
 * newest that it has begun. Of those before the newest that are not listed it has seen the end.
 */
export function formatCursor(positions: readonly Position[]): string {
  return positions.map(formatPosition).join(',')
}

/** Most models do not tell what they think, and so most cursors do not either. */
function formatPosition({ sequence, offset, ordinal, reasoning }: Position): string {
  const place = `${sequence}.${offset}.${ordinal}`
  return reasoning === 0 ? place : `${place}.${reasoning}`
}

export function parseCursor(cursor: string): Position[] {
  const positions = cursor.split(',').map((text): Position => {
    const [, sequence, offset, ordinal, reasoning = 0] = POSITION.exec(text) ?? []
    if (sequence === undefined) throw invalidCursor()
    return {
      sequence: Number(sequence),
      offset: Number(offset),
      ordinal: Number(ordinal),
      reasoning: Number(reasoning),
    }
  })
  const isOrdered = positions.every(({ sequence }, index) => sequence > (positions[index - 1]?.sequence ?? -1))
  if (!isOrdered) throw invalidCursor()
  return positions
}

export function invalidCursor(): AppError {
  return new AppError('invalid-cursor', 'Send the id of an event of this stream as Last-Event-ID, or leave it out.')
}
