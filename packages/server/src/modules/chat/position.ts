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
}

const POSITION = /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})$/

/**
 * The `id` of an event: the positions of the generations that a viewer has begun and not finished, in order, and of the
 * newest that it has begun. Of those before the newest that are not listed it has seen the end.
 */
export function formatCursor(positions: readonly Position[]): string {
  return positions.map(({ sequence, offset, ordinal }) => `${sequence}.${offset}.${ordinal}`).join(',')
}

export function parseCursor(cursor: string): Position[] {
  const positions = cursor.split(',').map((text): Position => {
    const [, sequence, offset, ordinal] = POSITION.exec(text) ?? []
    if (sequence === undefined) throw invalidCursor()
    return { sequence: Number(sequence), offset: Number(offset), ordinal: Number(ordinal) }
  })
  const isOrdered = positions.every(({ sequence }, index) => sequence > (positions[index - 1]?.sequence ?? -1))
  if (!isOrdered) throw invalidCursor()
  return positions
}

export function invalidCursor(): AppError {
  return new AppError('invalid-cursor', 'Send the id of an event of this stream as Last-Event-ID, or leave it out.')
}
