import { createParser, type EventSourceMessage } from 'eventsource-parser'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeEvent, encodeMark, type Frame, HEARTBEAT } from './encoding.ts'

function parse(...frames: Frame[]) {
  const events: EventSourceMessage[] = []
  const ids: string[] = []
  const parser = createParser({ onEvent: (event) => events.push(event), onId: (id) => ids.push(id) })
  parser.feed(Buffer.concat(frames.map(({ bytes }) => bytes)).toString())
  return { events, ids }
}

test('a client reads from an event the id and the JSON that were put into it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.stringMatching(/^[\w.-]+$/), (value, id) => {
      const { events } = parse(encodeEvent(id, JSON.stringify(value)), HEARTBEAT)
      expect(events).toEqual([{ id, data: JSON.stringify(value), event: undefined }])
    }),
  )
})

test('line breaks in a text stay inside its event', () => {
  const text = 'a\r\n\r\nid: evil\n\ndata: evil\u2028\0'
  const { events } = parse(encodeEvent('1', JSON.stringify({ text })))
  expect(events.map(({ data }) => JSON.parse(data))).toEqual([{ text }])
})

test('an id that would break out of its line is refused', () => {
  for (const id of ['a\nb', 'a\rb', 'a\0b']) {
    expect(() => encodeEvent(id, '{}')).toThrow()
    expect(() => encodeMark(id)).toThrow()
  }
})

test('a mark is an id without an event', () => {
  expect(parse(encodeMark('1.2.3'))).toEqual({ events: [], ids: ['1.2.3'] })
})

test('the same event under another id differs in nothing else', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const data = JSON.stringify(value)
      const event = encodeEvent('1.20.300', data).withId('1.2.3,4.5.6')
      expect(event.chunk).toEqual(encodeEvent('1.2.3,4.5.6', data).chunk)
    }),
  )
  expect(() => encodeEvent('1', '{}').withId('a\nb')).toThrow()
})

test('as a chunk of HTTP/1.1 a frame says how long it is in bytes', () => {
  const { bytes, chunk } = encodeEvent('1', '"ñ👋"')
  expect(bytes.toString()).toBe('id: 1\ndata: "ñ👋"\n\n')
  expect(chunk.toString()).toBe(`16\r\n${bytes}\r\n`)
})
