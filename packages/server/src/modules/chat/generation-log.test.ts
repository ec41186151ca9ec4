import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Ending, Message } from '../conversations/index.ts'
import { GenerationLog, type LogEvent } from './generation-log.ts'
import { formatCursor, type Position, parseCursor } from './position.ts'

const IDENTITY = { messageId: 'answer', conversationId: 'conversation', ownerId: 'owner', sequence: 7 }
const START: Position = { sequence: 7, offset: 0, ordinal: 0 }
const DONE: Ending = { type: 'done', finishReason: 'stop', usage: null }

function prompt(content: string): LogEvent {
  const none = { parentId: null, model: null, finishReason: null, usage: null, failure: null, createdAt: 0 }
  const message: Message = {
    id: content,
    conversationId: 'conversation',
    role: 'user',
    content,
    status: 'completed',
    ...none,
  }
  return { type: 'message', message }
}

const BEFORE: LogEvent[] = [prompt('Hola'), prompt('¿Estás?'), { type: 'start', model: 'eliza', parentId: null }]

/** Somebody who reads, and remembers only what a client would: what came, and the cursor of the last event. */
class Reader {
  readonly received: LogEvent[] = []
  text = ''
  cursor = formatCursor([START])

  /** Reads at most `steps` events, over a connection of its own. */
  read(log: GenerationLog, steps = Number.POSITIVE_INFINITY): void {
    let position = parseCursor(this.cursor)[0] ?? START
    for (let step = 0; step < steps; step += 1) {
      const reading = log.read(position)
      if (!reading) return
      position = reading.after
      this.cursor = reading.cursor
      if (reading.event.type === 'delta') this.text += reading.event.content
      else if (reading.event.type === 'truncate') this.text = this.text.slice(0, reading.event.length)
      else this.received.push(reading.event)
    }
  }
}

/** What happens to a log and its readers, in any order. */
const happenings = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ append: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }) }) },
    { weight: 4, arbitrary: fc.record({ reader: fc.nat(4), steps: fc.integer({ min: 1, max: 4 }) }) },
  ),
  { maxLength: 60 },
)

test('whatever pieces the text came in and wherever readers stopped, each receives all of it once and in order', () => {
  fc.assert(
    fc.property(happenings, fc.nat(60), (steps, beginAt) => {
      const log = new GenerationLog(IDENTITY)
      const readers = Array.from({ length: 5 }, () => new Reader())
      let text = ''
      for (const [index, step] of steps.entries()) {
        if (index === Math.min(beginAt, steps.length - 1)) log.begin(BEFORE)
        if ('append' in step) {
          log.append(step.append)
          text += step.append
        } else {
          readers[step.reader]?.read(log, step.steps)
        }
      }
      if (log.eventCount === 0) log.begin(BEFORE)
      log.end(DONE)
      for (const reader of readers) {
        reader.read(log)
        expect(reader.text).toBe(text)
        expect(reader.received).toEqual([...BEFORE, DONE])
        expect(log.isSeenBy(parseCursor(reader.cursor)[0] ?? START)).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})

test('a reader that is far behind gets what it lacks in deltas of a length that a socket may hold, no character cut in two', () => {
  const log = new GenerationLog(IDENTITY)
  log.begin(BEFORE)
  const text = `a${'👋'.repeat(200_000)}`
  log.append(text.slice(0, 300_001))
  log.append(text.slice(300_001))
  const deltas: string[] = []
  let position: Position = { ...START, ordinal: BEFORE.length }
  for (let reading = log.read(position); reading; reading = log.read(position)) {
    if (reading.event.type === 'delta') deltas.push(reading.event.content)
    position = reading.after
  }
  expect(deltas.join('') === text).toBe(true)
  expect(deltas.every((delta) => delta.isWellFormed() && delta.length <= 65_536)).toBe(true)
  expect(deltas.length).toBe(7)
})

test('a reader goes on with the stored log where it left the one that was being written', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { maxLength: 20 }), fc.nat(30), (pieces, steps) => {
      const written = new GenerationLog(IDENTITY)
      written.begin(BEFORE)
      const reader = new Reader()
      for (const piece of pieces) {
        written.append(piece)
        reader.read(written, steps % 3)
      }
      const stored = new GenerationLog(IDENTITY)
      stored.begin(BEFORE)
      if (pieces.join('') !== '') stored.append(pieces.join(''))
      stored.end(DONE)
      reader.read(stored)
      expect(reader.text).toBe(pieces.join(''))
      expect(reader.received).toEqual([...BEFORE, DONE])
    }),
  )
})

test('a reader that is ahead of what was stored is told how much holds, before the ending', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 40 }), fc.nat(40), (sent, cut) => {
      const written = new GenerationLog(IDENTITY)
      written.begin(BEFORE)
      written.append(sent)
      const reader = new Reader()
      reader.read(written)
      const kept = sent.slice(0, Math.min(cut, sent.length))
      const stored = new GenerationLog(IDENTITY)
      stored.begin(BEFORE)
      if (kept !== '') stored.append(kept)
      expect(stored.read(parseCursor(reader.cursor)[0] ?? START), 'nobody is told to forget what may yet come').toBe(
        undefined,
      )
      stored.end({ type: 'done', finishReason: 'interrupted', usage: null })
      reader.read(stored)
      expect(reader.text).toBe(kept)
      expect(reader.received.at(-1)).toMatchObject({ finishReason: 'interrupted' })
    }),
  )
})

test('nobody is told of a prompt before it is stored', () => {
  const log = new GenerationLog(IDENTITY)
  expect(log.read(START)).toBeUndefined()
  log.begin(BEFORE)
  expect(log.read(START)?.event).toEqual(BEFORE[0])
})

test('those who read the same place share one reading, so that it is serialised once', () => {
  const log = new GenerationLog(IDENTITY)
  log.begin(BEFORE)
  log.append('Hola')
  const afterStart = { ...START, ordinal: BEFORE.length }
  expect(log.read(afterStart)).toBe(log.read({ ...afterStart }))
  expect(log.read(START)).toBe(log.read({ ...START }))
})

test('whoever watches is woken by each change, until they leave', () => {
  const log = new GenerationLog(IDENTITY)
  let woken = 0
  {
    using _ = log.watch(() => {
      woken += 1
    })
    log.begin(BEFORE)
    log.append('Hola')
    log.end(DONE)
  }
  expect(woken).toBe(3)
  log.abandon()
  expect(woken).toBe(3)
})

test('a log that has ended takes nothing more', () => {
  const log = new GenerationLog(IDENTITY)
  log.begin(BEFORE)
  log.end(DONE)
  expect(() => log.append('more')).toThrow('does not grow')
  expect(() => log.end(DONE)).toThrow('ends once')
})

test.each(['', '1', '1.2', '1.2.3.4', '-1.0.0', '1.2.x', '1.2.3,', '2.0.0,1.0.0', '1.0.0,1.0.0', '1e3.0.0', ' 1.0.0'])(
  'the cursor %j is refused',
  (cursor) => {
    expect(() => parseCursor(cursor)).toThrow(expect.objectContaining({ code: 'invalid-cursor' }))
  },
)
