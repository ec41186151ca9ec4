import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chunk, frame } from '../../../test/support/fake-upstream.ts'
import type { Spoken } from '../provider.ts'
import { StreamedAnswer } from './answer.ts'
import { Patience } from './patience.ts'

const anyText = fc.string({
  unit: fc.oneof(
    fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    fc.constantFrom('👋', 'ñ', '\0', '\n'),
  ),
})

async function readSpoken(parts: readonly Uint8Array[]): Promise<Spoken[][]> {
  const left = [...parts]
  const body = { arrival: async () => {}, take: () => left.shift() }
  using patience = new Patience(10_000, new AbortController().signal)
  const answer = new StreamedAnswer(body, { patience, redact: (text) => text, hasReasoningTags: false })
  const reads: Spoken[][] = []
  for (let spoken = await answer.read(); spoken !== undefined; spoken = await answer.read()) reads.push(spoken)
  return reads
}

async function read(parts: readonly Uint8Array[]): Promise<string[]> {
  return (await readSpoken(parts)).flat().map(({ text }) => text)
}

/** The parts between the offsets that `cuts` point at, as shares of the whole. */
function split<Whole extends { length: number; slice(start: number, end: number): Whole }>(
  whole: Whole,
  cuts: number[],
) {
  const offsets = [...cuts.map((cut) => Math.floor(cut * whole.length)), 0, whole.length]
  const sorted = [...new Set(offsets)].sort((one, other) => one - other)
  return sorted.slice(1).map((end, index) => whole.slice(sorted[index] ?? 0, end))
}

const anyCuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 })

test('any text, cut into any deltas and any bytes, comes whole and valid', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, anyCuts, anyCuts, fc.boolean(), async (text, deltaCuts, byteCuts, isEscaped) => {
      const frames = split(text, deltaCuts).map((content) => {
        const written = frame(chunk({ content }))
        const toEscape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
        return isEscaped ? written.replace(/[\u0080-\uffff]/g, toEscape) : written
      })
      const bytes = Buffer.from([...frames, frame(chunk({}, 'stop'))].join(''))
      const texts = await read(split<Uint8Array>(bytes, byteCuts))
      expect(texts.join('')).toBe(text.toWellFormed().replaceAll('\0', '\ufffd'))
      for (const piece of texts) expect(piece.isWellFormed()).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('bytes that are no UTF-8 become U+FFFD', async () => {
  const [before, after] = frame(chunk({ content: 'a*b' })).split('*')
  const parts = [Buffer.from(before ?? ''), Buffer.from([0xf0, 0x9f]), Buffer.from(after ?? ''), Buffer.from('\n\n')]
  expect((await read(parts)).join('')).toBe('a\ufffdb')
})

test('one read brings one piece of each kind at most, in the order that they came, and no piece is empty', async () => {
  const anyChunks = fc.array(fc.record({ kind: fc.constantFrom('content', 'reasoning_content'), text: anyText }))
  await fc.assert(
    fc.asyncProperty(anyChunks, anyCuts, async (chunks, cuts) => {
      const frames = chunks.map(({ kind, text }) => frame(chunk({ [kind]: text })))
      const bytes = Buffer.from([...frames, frame(chunk({}, 'stop'))].join(''))
      const reads = await readSpoken(split<Uint8Array>(bytes, cuts))
      for (const spoken of reads) {
        expect(new Set(spoken.map(({ type }) => type)).size).toBe(spoken.length)
        for (const { text } of spoken) expect(text.isWellFormed() && text !== '').toBe(true)
      }
      for (const [type, kind] of [
        ['text', 'content'],
        ['reasoning', 'reasoning_content'],
      ]) {
        const sent = chunks.filter((one) => one.kind === kind).map(({ text }) => text)
        const came = reads.flat().filter((one) => one.type === type)
        expect(came.map(({ text }) => text).join('')).toBe(sent.join('').toWellFormed().replaceAll('\0', '\ufffd'))
      }
    }),
    { numRuns: 300 },
  )
})
