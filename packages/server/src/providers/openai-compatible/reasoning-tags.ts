import type { Spoken } from '../provider.ts'

const OPENING = '<think>'
const CLOSING = '</think>'

/**
 * Takes the reasoning out of a text that begins with `<think>`. Models that write it so do it at the very start: what
 * comes later and looks like it is part of the answer.
 */
export class ReasoningTags {
  #state: 'start' | 'reasoning' | 'pause' | 'text' = 'start'
  /** What may yet become a tag. */
  #held = ''

  split(piece: string): Spoken[] {
    const spoken: Spoken[] = []
    this.#held += piece
    if (this.#state === 'start') this.#seekOpening()
    if (this.#state === 'reasoning') this.#seekClosing(spoken)
    if (this.#state === 'pause') this.#skipSpace()
    if (this.#state === 'text') push(spoken, 'text', this.#takeHeld(this.#held.length))
    return spoken
  }

  /** What was held back, when nothing comes any more. */
  end(): Spoken[] {
    const spoken: Spoken[] = []
    if (this.#state !== 'pause') push(spoken, this.#state === 'reasoning' ? 'reasoning' : 'text', this.#held)
    this.#held = ''
    return spoken
  }

  /** Space before the tag is none of the answer. Without a tag it is. */
  #seekOpening(): void {
    const said = this.#held.trimStart()
    if (said.startsWith(OPENING)) {
      this.#held = said.slice(OPENING.length)
      this.#state = 'reasoning'
    } else if (!OPENING.startsWith(said)) this.#state = 'text'
  }

  #seekClosing(spoken: Spoken[]): void {
    const end = this.#held.indexOf(CLOSING)
    if (end < 0) return push(spoken, 'reasoning', this.#takeHeld(this.#held.length - beginningAtEnd(this.#held)))
    push(spoken, 'reasoning', this.#takeHeld(end))
    this.#takeHeld(CLOSING.length)
    this.#state = 'pause'
  }

  /** The empty lines between the reasoning and the answer are of neither. */
  #skipSpace(): void {
    this.#held = this.#held.trimStart()
    if (this.#held !== '') this.#state = 'text'
  }

  #takeHeld(length: number): string {
    const taken = this.#held.slice(0, length)
    this.#held = this.#held.slice(length)
    return taken
  }
}

/** How many of the last units of a text may be the beginning of the closing tag. */
function beginningAtEnd(text: string): number {
  for (let length = Math.min(CLOSING.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(CLOSING.slice(0, length))) return length
  }
  return 0
}

function push(spoken: Spoken[], type: Spoken['type'], text: string): void {
  if (text !== '') spoken.push({ type, text })
}
