/** An upstream that sends letter by letter must not cost fifty times its text. */
const MAX_PIECES = 1_000

/** A text that only grows, in the pieces that it came in. Offsets and lengths count UTF-16 units. */
export class GrowingText {
  #pieces: string[] = []
  /** Where each piece begins. */
  #starts: number[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  append(content: string): void {
    if (this.#pieces.length >= MAX_PIECES) {
      this.#pieces = [this.slice(0)]
      this.#starts = [0]
    }
    this.#pieces.push(content)
    this.#starts.push(this.#length)
    this.#length += content.length
  }

  /** What stands from `start` on, and before `end`. */
  slice(start: number, end = this.#length): string {
    let index = this.#pieces.length - 1
    while (index > 0 && (this.#starts[index] ?? 0) > start) index -= 1
    const from = this.#starts[index] ?? 0
    let text = ''
    for (; index < this.#pieces.length && from + text.length < end; index += 1) text += this.#pieces[index]
    return text.slice(Math.max(0, start - from), Math.max(0, end - from))
  }
}
