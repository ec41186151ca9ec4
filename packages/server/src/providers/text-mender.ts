const REPLACEMENT = '\ufffd'

/**
 * Makes valid Unicode of text that arrives in pieces: a surrogate pair that was split over two of them is put together,
 * and what no database stores and no client shows (lone surrogates, NUL) becomes U+FFFD.
 */
export class TextMender {
  #held = ''

  /** The text that is certain. A first half of a pair at its end waits for the next piece. */
  push(piece: string): string {
    const text = this.#held + piece
    const last = text.charCodeAt(text.length - 1)
    const isFirstHalf = last >= 0xd800 && last <= 0xdbff
    this.#held = isFirstHalf ? text.slice(-1) : ''
    return mend(isFirstHalf ? text.slice(0, -1) : text)
  }

  /** What still waits when no piece comes any more. */
  end(): string {
    const held = this.#held
    this.#held = ''
    return held === '' ? '' : REPLACEMENT
  }
}

function mend(text: string): string {
  return text.toWellFormed().replaceAll('\0', REPLACEMENT)
}
