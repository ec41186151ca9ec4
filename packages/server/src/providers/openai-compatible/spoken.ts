import type { Spoken } from '../provider.ts'
import { TextMender } from '../text-mender.ts'
import { ReasoningTags } from './reasoning-tags.ts'

/** Puts together what the chunks of one network read say: one piece of each kind at most, in the order that they came. */
export class SpokenPieces {
  readonly #menders = { text: new TextMender(), reasoning: new TextMender() }
  readonly #tags: ReasoningTags | undefined
  #spoken: Spoken[] = []

  /** `hasTags`: the model puts its reasoning into its text. */
  constructor({ hasTags }: { hasTags: boolean }) {
    this.#tags = hasTags ? new ReasoningTags() : undefined
  }

  add(text: string, reasoning: string): void {
    this.#add('reasoning', reasoning)
    if (!this.#tags) return this.#add('text', text)
    for (const piece of this.#tags.split(text)) this.#add(piece.type, piece.text)
  }

  /** What has been said since it was taken last. */
  take(): Spoken[] {
    const spoken = this.#spoken
    this.#spoken = []
    return spoken.map(this.#mend).filter(({ text }) => text !== '')
  }

  /** The same, when nothing comes any more. */
  takeLast(): Spoken[] {
    for (const piece of this.#tags?.end() ?? []) this.#add(piece.type, piece.text)
    const spoken = this.take()
    for (const type of ['reasoning', 'text'] as const) {
      const text = this.#menders[type].end()
      const last = spoken.find((piece) => piece.type === type)
      if (last) last.text += text
      else if (text !== '') spoken.push({ type, text })
    }
    return spoken
  }

  readonly #mend = ({ type, text }: Spoken): Spoken => ({ type, text: this.#menders[type].push(text) })

  #add(type: Spoken['type'], text: string): void {
    if (text === '') return
    const same = this.#spoken.find((piece) => piece.type === type)
    if (same) same.text += text
    else this.#spoken.push({ type, text })
  }
}
