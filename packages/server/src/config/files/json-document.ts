/** JSON, and where in its text each value is. */
export interface JsonDocument {
  value: unknown
  /** The line (from 1) of the value at a JSON Pointer (RFC 6901), or of the nearest one around it that is there. */
  lineOf(pointer: string): number
}

export class JsonSyntaxError extends Error {
  override name = 'JsonSyntaxError'
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

const SPACE = /[ \t\n\r]*/y
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/y
const MAX_DEPTH = 100

/**
 * Strict JSON (RFC 8259). `JSON.parse` tells no lines of values that have the wrong type, not always those of wrong
 * syntax, and quotes the text in its errors, which may hold a key. Throws `JsonSyntaxError`.
 */
export function parseJsonDocument(text: string): JsonDocument {
  const reader = new JsonReader(text)
  const value = reader.readDocument()
  return { value, lineOf: (pointer) => reader.lineOf(pointer) }
}

/** One step of a JSON Pointer. */
export function pointerTo(parent: string, key: string | number): string {
  return `${parent}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

class JsonReader {
  readonly #text: string
  readonly #offsets = new Map<string, number>()
  #position: number

  constructor(text: string) {
    this.#text = text
    // A mark that some editors put in front.
    this.#position = text.startsWith('\ufeff') ? 1 : 0
  }

  readDocument(): unknown {
    const value = this.#readValue('', 0)
    this.#skipSpace()
    if (this.#position < this.#text.length) throw this.#unexpected('the end of the file')
    return value
  }

  lineOf(pointer: string): number {
    const offset = this.#offsets.get(pointer)
    if (offset !== undefined) return this.#lineAt(offset)
    return pointer === '' ? 1 : this.lineOf(pointer.slice(0, pointer.lastIndexOf('/')))
  }

  #readValue(pointer: string, depth: number): unknown {
    this.#skipSpace()
    if (depth > MAX_DEPTH) throw this.#fault('This is nested too deep.')
    if (!this.#offsets.has(pointer)) this.#offsets.set(pointer, this.#position)
    const next = this.#text[this.#position]
    if (next === '{') return this.#readObject(pointer, depth)
    if (next === '[') return this.#readArray(pointer, depth)
    const token = this.#match(next === '"' ? STRING : SCALAR)
    if (token === undefined) throw next === '"' ? this.#brokenString() : this.#unexpected('a value')
    return JSON.parse(token)
  }

  #readObject(pointer: string, depth: number): Record<string, unknown> {
    const entries = new Map<string, unknown>()
    this.#readItems('}', 'a comma or }', () => {
      const offset = this.#position
      const key = this.#readKey()
      if (entries.has(key)) throw this.#fault(`${JSON.stringify(key)} is there twice.`, offset)
      const place = pointerTo(pointer, key)
      this.#offsets.set(place, offset)
      entries.set(key, this.#readValue(place, depth + 1))
    })
    return Object.fromEntries(entries)
  }

  #readArray(pointer: string, depth: number): unknown[] {
    const items: unknown[] = []
    this.#readItems(']', 'a comma or ]', () => {
      items.push(this.#readValue(pointerTo(pointer, items.length), depth + 1))
    })
    return items
  }

  #readItems(end: string, expected: string, readItem: () => void): void {
    this.#position += 1
    if (this.#take(end)) return
    do {
      this.#skipSpace()
      if (this.#text[this.#position] === end) throw this.#fault(`There is a comma too many before ${end}.`)
      readItem()
    } while (this.#take(','))
    if (!this.#take(end)) throw this.#unexpected(expected)
  }

  #readKey(): string {
    const token = this.#match(STRING)
    if (token === undefined) throw this.#unexpected('a name in double quotes')
    if (!this.#take(':')) throw this.#unexpected('a colon')
    return String(JSON.parse(token))
  }

  #skipSpace(): void {
    this.#match(SPACE)
  }

  #take(character: string): boolean {
    this.#skipSpace()
    if (this.#text[this.#position] !== character) return false
    this.#position += 1
    return true
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const token = pattern.exec(this.#text)?.[0]
    this.#position += token?.length ?? 0
    return token
  }

  #brokenString(): JsonSyntaxError {
    return this.#fault('This text is not closed with a double quote on its line, or has a \\ that JSON does not know.')
  }

  #unexpected(expected: string): JsonSyntaxError {
    const found = this.#text.codePointAt(this.#position)
    const name = found === undefined ? 'the file ends' : `there is ${JSON.stringify(String.fromCodePoint(found))}`
    return this.#fault(`Here ${name} where ${expected} is expected.`)
  }

  #fault(message: string, offset = this.#position): JsonSyntaxError {
    return new JsonSyntaxError(this.#lineAt(offset), message)
  }

  #lineAt(offset: number): number {
    return this.#text.slice(0, offset).split('\n').length
  }
}
