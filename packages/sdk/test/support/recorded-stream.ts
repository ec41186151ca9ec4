import { readFileSync } from 'node:fs'

/** One chunk as it was on the wire, its framing included: an event, an id alone, or a heartbeat. */
interface Chunk {
  bytes: Buffer
  id: string | undefined
  delta: string
}

/**
 * The bytes of a response of a real server, from its status line on: `answer.http` of a question, `account.http` of one who
 * followed the whole account meanwhile. The upstream was silent twice for longer than a heartbeat, and cut a character in two.
 */
export class RecordedStream {
  readonly #head: Buffer
  readonly #chunks: Chunk[] = []

  constructor(name: 'answer' | 'account') {
    const recorded = readFileSync(new URL(`./recorded/${name}.http`, import.meta.url))
    let at = recorded.indexOf('\r\n\r\n') + 4
    this.#head = recorded.subarray(0, at)
    while (at < recorded.length) {
      const line = recorded.indexOf('\r\n', at)
      const end = line + 2 + Number.parseInt(recorded.toString('latin1', at, line), 16) + 2
      this.#chunks.push(toChunk(recorded.subarray(at, end)))
      at = end
    }
  }

  get text(): string {
    return this.#chunks.map(({ delta }) => delta).join('')
  }

  /** What the server sends to whoever comes back with this cursor. */
  bytes(cursor?: string): Buffer {
    const from = this.#chunks.findIndex(({ id }) => id === cursor) + 1
    if (cursor !== undefined && from === 0) throw new Error(`The server has given no such cursor: ${cursor}`)
    const rest = cursor === undefined ? this.#chunks : this.#chunks.slice(from)
    return Buffer.concat([this.#head, ...rest.map(({ bytes }) => bytes)])
  }
}

function toChunk(bytes: Buffer): Chunk {
  const text = bytes.toString()
  const [, data] = /^data: (.*)$/m.exec(text) ?? []
  const event: { type?: string; content?: string } = data === undefined ? {} : JSON.parse(data)
  return { bytes, id: /^id: (.*)$/m.exec(text)?.[1], delta: (event.type === 'delta' && event.content) || '' }
}
