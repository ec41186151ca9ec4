import type { ChatEvent, Message } from '@vektor/sdk'
import { incompleteness } from '../ask/print-answer.ts'
import { Neutraliser, neutralise } from '../output/neutralise.ts'
import { paint } from '../output/paint.ts'
import { saidIn } from '../output/said.ts'

/** A question and its answer, told as far as it is known; what comes before its turn is kept. */
export class ToldTurn {
  readonly conversationId: string
  isOver = false
  readonly #neutraliser = new Neutraliser()
  /** Lines to tell before the rest of the answer. */
  #before = ''
  /** Of the answer, what is not told yet, as it came. */
  #text = ''
  #after = ''
  /** UTF-16 units of the answer that have been told. */
  #told = 0
  #isAsked = false
  #isInLine = false

  constructor(conversationId: string) {
    this.conversationId = conversationId
  }

  take(event: ChatEvent): void {
    switch (event.type) {
      case 'message':
        this.#isAsked = true
        this.#before += saidLines(event.message)
        return
      case 'start':
        this.#before += this.#isAsked ? '\n' : `${paint('dim', '(answered again)')}\n\n`
        return
      case 'delta':
        this.#text += event.content
        return
      case 'notice':
        return this.#notify(event.detail)
      case 'truncate':
        return this.#truncate(event.length)
      case 'done':
        return this.#end(incompleteness(event.finish_reason))
      case 'error':
        return this.#end(event.problem.detail)
    }
  }

  /** Nothing more will come in. */
  breakOff(): void {
    if (!this.isOver) this.#end('this conversation was deleted')
  }

  /** What has become known since the last time. */
  tell(): string {
    this.#told += this.#text.length
    const text = this.#neutraliser.write(this.#text) + (this.isOver ? this.#neutraliser.end() : '')
    if (text !== '') this.#isInLine = !text.endsWith('\n')
    const end = this.isOver && this.#isInLine ? '\n' : ''
    const told = this.#before + text + end + this.#after
    this.#before = ''
    this.#text = ''
    this.#after = ''
    return told
  }

  #truncate(length: number): void {
    const lost = this.#told - length
    this.#text = this.#text.slice(0, Math.max(0, -lost))
    if (lost <= 0) return
    this.#told = length
    this.#notify(`The last ${lost} characters above were shown, but the server lost them.`)
  }

  /** On a line of its own, before what is not told yet. */
  #notify(sentence: string): void {
    this.#before += `${this.#isInLine ? '\n' : ''}${note(sentence)}`
    this.#isInLine = false
  }

  #end(sentence: string | undefined): void {
    this.isOver = true
    this.#after = `${sentence === undefined ? '' : note(sentence)}\n`
  }
}

function note(sentence: string): string {
  return `${paint('yellow', `(${neutralise(sentence)})`)}\n`
}

function saidLines(message: Message): string {
  const said = saidIn(message)
  const lines = neutralise(message.role === 'user' ? said : `(${message.role}) ${said}`).split('\n')
  return lines.map((line, index) => `${paint('bold', (index === 0 ? '› ' : '  ') + line)}\n`).join('')
}
