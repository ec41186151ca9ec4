import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { blankMessage, type Ending, type Message, type PlacedNotice } from '../conversations/index.ts'
import { GenerationLog, type LogEvent } from './generation-log.ts'
import { formatCursor, type Position, parseCursor } from './position.ts'

const IDENTITY = { messageId: 'answer', conversationId: 'conversation', ownerId: 'owner', sequence: 7 }
const START: Position = { sequence: 7, offset: 0, ordinal: 0, reasoning: 0 }
const DONE: Ending = { type: 'done', finishReason: 'stop', usage: null }

function prompt(content: string): LogEvent {
  const blank = blankMessage({ id: content, conversationId: 'conversation', parentId: null, createdAt: 0 })
  const message: Message = { ...blank, role: 'user', content, status: 'completed' }
  return { type: 'message', message }
}

function noticeAt(log: GenerationLog, code: string): PlacedNotice {
  const event = { type: 'notice' as const, code, detail: 'You should know.' }
  return { event, offset: log.length, reasoningOffset: log.reasoningLength }
}

const BEFORE: LogEvent[] = [prompt('Hola'), prompt('¿Estás?'), { type: 'start', model: 'eliza', parentId: null }]

/** Somebody who reads, and remembers only what a client would: what came, and the cursor of the last event. */
class Reader {
  readonly received: LogEvent[] = []
  text = ''
  reasoning = ''
  cursor = formatCursor([START])

  /** Reads at most `steps` events, over a connection of its own. */
  read(log: GenerationLog, steps = Number.POSITIVE_INFINITY): void {
    let position = parseCursor(this.cursor)[0] ?? START
    for (let step = 0; step < steps; step += 1) {
      const reading = log.read(position)
      if (!reading) return
      position = reading.after
      this.cursor = reading.cursor
      this.#take(reading.event)
    }
  }

  #take(event: LogEvent): void {
    switch (event.type) {
      case 'delta':
        this.text += event.content
        break
      case 'reasoning':
        this.reasoning += event.content
        break
      case 'truncate':
        this.text = this.text.slice(0, event.length)
        this.reasoning = this.reasoning.slice(0, event.reasoningLength)
        break
      default:
        this.received.push(event)
    }
  }
}

/** What a server that has not written the log makes of what is stored. */
function storedLog(parts: { text: string; reasoning?: string; notices?: readonly PlacedNotice[] }): GenerationLog {
  const log = new GenerationLog(IDENTITY)
  log.begin(BEFORE)
  for (const notice of parts.notices ?? []) log.place(notice)
  if (parts.reasoning) log.appendReasoning(parts.reasoning)
  if (parts.text !== '') log.append(parts.text)
  return log
}

/** What happens to a log and its readers, in any order. */
const happenings = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ append: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }) }) },
    { weight: 2, arbitrary: fc.record({ think: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }) }) },
    { weight: 1, arbitrary: fc.record({ notice: fc.string({ minLength: 1, maxLength: 3 }) }) },
    { weight: 4, arbitrary: fc.record({ reader: fc.nat(4), steps: fc.integer({ min: 1, max: 4 }) }) },
  ),
  { maxLength: 60 },
)

test('whatever pieces the texts came in and wherever readers stopped, each receives all of them once and in order', () => {
  fc.assert(
    fc.property(happenings, fc.nat(60), (steps, beginAt) => {
      const log = new GenerationLog(IDENTITY)
      const readers = Array.from({ length: 5 }, () => new Reader())
      let [text, reasoning] = ['', '']
      for (const [index, step] of steps.entries()) {
        if (index === Math.min(beginAt, steps.length - 1)) log.begin(BEFORE)
        if ('append' in step) {
          log.append(step.append)
          text += step.append
        } else if ('think' in step) {
          log.appendReasoning(step.think)
          reasoning += step.think
        } else if ('notice' in step) {
          log.place(noticeAt(log, step.notice))
        } else {
          readers[step.reader]?.read(log, step.steps)
        }
      }
      if (steps.length === 0) log.begin(BEFORE)
      log.end(DONE)
      const late = new Reader()
      for (const reader of [...readers, late]) {
        reader.read(log)
        expect(reader.text).toBe(text)
        expect(reader.reasoning).toBe(reasoning)
        expect(reader.received).toEqual([...BEFORE, ...log.notices.map(({ event }) => event), DONE])
        expect(log.isSeenBy(parseCursor(reader.cursor)[0] ?? START)).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})

test('a notice comes after all the text that stood before it, and before all that came later, whoever reads when', () => {
  const log = storedLog({ text: 'Hola', reasoning: 'Hm.' })
  log.place(noticeAt(log, 'context-trimmed'))
  log.append(' de nuevo')
  log.appendReasoning(' Ah.')
  const reader = new Reader()
  reader.read(log, BEFORE.length + 2)
  expect([reader.reasoning, reader.text, reader.received.length]).toEqual(['Hm.', 'Hola', BEFORE.length])
  reader.read(log, 1)
  expect(reader.received.at(-1)).toMatchObject({ type: 'notice', code: 'context-trimmed' })
  reader.read(log)
  expect([reader.reasoning, reader.text]).toEqual(['Hm. Ah.', 'Hola de nuevo'])
})

test('a cursor says how much of the reasoning was received, where there is any', () => {
  const log = storedLog({ text: 'Hola', reasoning: 'Hm.' })
  const reader = new Reader()
  reader.read(log)
  expect(reader.cursor).toBe('7.4.3.3')
  expect(parseCursor('7.4.3')).toEqual([{ sequence: 7, offset: 4, ordinal: 3, reasoning: 0 }])
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
      const stored = storedLog({ text: pieces.join('') })
      stored.end(DONE)
      reader.read(stored)
      expect(reader.text).toBe(pieces.join(''))
      expect(reader.received).toEqual([...BEFORE, DONE])
    }),
  )
})

test('a reader that is ahead of what was stored is told how much holds, before the ending', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 40 }), fc.string(), fc.nat(40), (sent, thought, cut) => {
      const written = storedLog({ text: sent, reasoning: thought })
      const reader = new Reader()
      reader.read(written)
      const [kept, remembered] = [sent.slice(0, cut), thought.slice(0, cut)]
      const stored = storedLog({ text: kept, reasoning: remembered })
      expect(stored.read(parseCursor(reader.cursor)[0] ?? START), 'nobody is told to forget what may yet come').toBe(
        undefined,
      )
      stored.end({ type: 'done', finishReason: 'interrupted', usage: null })
      reader.read(stored)
      expect([reader.text, reader.reasoning]).toEqual([kept, remembered])
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

test.each([
  '',
  '1',
  '1.2',
  '1.2.3.4.5',
  '-1.0.0',
  '1.2.x',
  '1.2.3,',
  '2.0.0,1.0.0',
  '1.0.0,1.0.0',
  '1e3.0.0',
  ' 1.0.0',
])('the cursor %j is refused', (cursor) => {
  expect(() => parseCursor(cursor)).toThrow(expect.objectContaining({ code: 'invalid-cursor' }))
})
