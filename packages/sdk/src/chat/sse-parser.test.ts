import { createParser } from 'eventsource-parser'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSseParser } from './sse-parser.ts'

type Block = [id?: string | undefined, data?: string | undefined]

function parse(pieces: string[]): Block[] {
  const blocks: Block[] = []
  const feed = createSseParser((...block) => blocks.push(block))
  for (const piece of pieces) feed(piece)
  return blocks
}

/** What a parser in wide use makes of the same stream. */
function parseWithReference(pieces: string[]): Block[] {
  const blocks: Block[] = []
  let id: string | undefined
  const parser = createParser({
    onId: (last) => {
      id = last
    },
    onEvent: ({ data }) => blocks.push([id, data]),
    onComment: () => blocks.push([]),
  })
  for (const piece of pieces) parser.feed(piece)
  return blocks
}

const LINE_PARTS = [
  'data',
  'id',
  'event',
  'retry',
  ':',
  ': ',
  ' ',
  '\n',
  '\n\n',
  '\r\n',
  '\r',
  'x',
  '0',
  '\0',
  '{"a":1}',
  '¡é👋',
]

test('any stream in any pieces reads as a parser in wide use reads it', () => {
  const piece = fc.array(fc.constantFrom(...LINE_PARTS), { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      // The end makes both decide whether a last carriage return was half of a CRLF.
      const whole = [...pieces, '\n\n']
      const events = parse(whole).filter((block) => block.length === 0 || block[1] !== undefined)
      expect(events).toEqual(parseWithReference(whole))
    }),
    { numRuns: 3_000 },
  )
})

test('half an event is no event', () => {
  expect(parse(['data: {"type":"delta"}\n'])).toEqual([])
})

test('an id without data is told, for it says where to go on', () => {
  expect(parse(['id: 3.0.9\n', '\nid: 4.0.1\ndata: x\n\n', 'data: y\n\n'])).toEqual([
    ['3.0.9', undefined],
    ['4.0.1', 'x'],
    ['4.0.1', 'y'],
  ])
})
