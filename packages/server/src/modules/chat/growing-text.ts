/** An upstream that sends letter by letter must not cost fifty times its text. */
const MAX_PIECES = 1_000

/** A text that only grows, in the pieces that it came in. Offsets and lengths count UTF-16 units. */
export class GrowingText {
  readonly #pieces: { start: number; content: string }[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  append(content: string): void {
    if (this.#pieces.length >= MAX_PIECES) this.#pieces.splice(0, MAX_PIECES, { start: 0, content: this.slice(0) })
    this.#pieces.push({ start: this.#length, content })
    this.#length += content.length
  }

  /** What stands from `start` on, and before `end`. */
  slice(start: number, end = this.#length): string {
    let index = this.#pieces.length
    while (index > 0 && (this.#pieces[index - 1]?.start ?? 0) >= start) index -= 1
    if (index > 0) index -= 1
    const from = this.#pieces[index]?.start ?? 0
    let text = ''
    for (; index < this.#pieces.length && from + text.length < end; index += 1) text += this.#pieces[index]?.content
    return text.slice(Math.max(0, start - from), Math.max(0, end - from))
  }
}
