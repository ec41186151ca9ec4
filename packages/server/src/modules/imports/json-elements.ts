/** The text of one element of a list, or why it is not read. */
export type Element = { text: string } | { fault: string }

/** The file is no list of elements, or is none any more from here on. */
export class BrokenFile extends Error {
  override name = 'BrokenFile'
}

/** What one element may be. More would be too much for the memory, or for whoever waits while it is parsed. */
const MOST_BYTES = 32 * 1024 ** 2
const MOST_VALUES = 1_000_000
const MOST_DEPTH = 100

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const [OPEN_LIST, CLOSE_LIST] = [0x5b, 0x5d]
const [OPEN_OBJECT, CLOSE_OBJECT] = [0x7b, 0x7d]

/**
 * Cuts the text of a JSON list into its elements, without parsing them: `JSON.parse` then does that many times faster than
 * any parser that takes a file piece by piece (docs/decisions/0014). A file that is one object is a list of one.
 */
export class ElementScanner {
  #state: 'start' | 'list' | 'object' | 'end' = 'start'
  #pieces: Uint8Array[] = []
  #bytes = 0
  #values = 0
  #depth = 0
  #fault: string | undefined
  #isInString = false
  #isEscaped = false
  #isFirst = true

  /** There is no more. Throws `BrokenFile` if there should be. */
  end(): void {
    if (this.#state === 'start') throw new BrokenFile('The file is empty.')
    if (this.#state !== 'end') throw new BrokenFile('The file breaks off here: it is not whole.')
  }

  /** The elements that end in this piece. */
  *scan(chunk: Uint8Array): Generator<Element> {
    let from = 0
    for (let at = 0; at < chunk.length; at += 1) {
      if (this.#isInString) at = this.#passString(chunk, at)
      const byte = chunk[at]
      if (byte === undefined) break
      if (this.#state === 'start') {
        from = this.#begin(byte, at)
        continue
      }
      if (this.#state === 'end') requireSpace(byte)
      else if (byte === QUOTE && !this.#isInString) this.#isInString = true
      else if (this.#count(byte)) {
        const isObject = this.#state === 'object'
        this.#take(chunk.subarray(from, isObject ? at + 1 : at))
        from = at + 1
        const element = this.#finish(byte)
        if (element) yield element
      }
    }
    if (this.#state !== 'start' && this.#state !== 'end') this.#take(chunk.subarray(from))
  }

  /** Answers where the first element begins. */
  #begin(byte: number, at: number): number {
    if (isSpace(byte) || BYTE_ORDER_MARK.includes(byte)) return at + 1
    if (byte !== OPEN_LIST && byte !== OPEN_OBJECT) throw new BrokenFile('This is neither JSON nor a ZIP archive.')
    this.#state = byte === OPEN_LIST ? 'list' : 'object'
    this.#depth = 1
    return byte === OPEN_LIST ? at + 1 : at
  }

  /** Whether an element ends here. What is open when one does is the list itself. */
  #count(byte: number): boolean {
    switch (byte) {
      case OPEN_LIST:
      case OPEN_OBJECT:
        this.#depth += 1
        this.#values += 1
        if (this.#depth > MOST_DEPTH) this.#refuse('It is nested too deeply.')
        return false
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        this.#depth -= 1
        return this.#depth === 0
      case COMMA:
        this.#values += 1
        return this.#depth === 1 && this.#state === 'list'
      default:
        return false
    }
  }

  #finish(byte: number): Element | undefined {
    const fault = this.#fault ?? (this.#values > MOST_VALUES ? 'It has too many parts.' : undefined)
    const text = fault === undefined ? Buffer.concat(this.#pieces).toString() : ''
    const isEmptyList = byte === CLOSE_LIST && this.#isFirst && fault === undefined && text.trim() === ''
    if (this.#state === 'list' && byte === CLOSE_OBJECT) throw new BrokenFile('The file is no JSON from here on.')
    if (this.#depth === 0) this.#state = 'end'
    this.#pieces = []
    this.#bytes = 0
    this.#values = 0
    this.#fault = undefined
    this.#isFirst = false
    if (isEmptyList) return undefined
    return fault === undefined ? { text } : { fault }
  }

  #take(piece: Uint8Array): void {
    this.#bytes += piece.length
    if (this.#bytes > MOST_BYTES) this.#refuse(`It is larger than ${MOST_BYTES / 1024 ** 2} MB.`)
    if (this.#fault === undefined && piece.length > 0) this.#pieces.push(piece)
  }

  /** The rest of the element is passed over. */
  #refuse(fault: string): void {
    this.#fault ??= fault
    this.#pieces = []
  }

  /** Answers where the string ends, or the length of the piece if it goes on in the next one. */
  #passString(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at]
      if (this.#isEscaped) this.#isEscaped = false
      else if (byte === BACKSLASH) this.#isEscaped = true
      else if (byte === QUOTE) {
        this.#isInString = false
        return at + 1
      }
    }
    return chunk.length
  }
}

/** Some editors put it in front of what they write. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function requireSpace(byte: number): void {
  if (!isSpace(byte)) throw new BrokenFile('The file goes on after its end.')
}
