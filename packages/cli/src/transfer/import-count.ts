import type { ImportReport } from '@vektor/sdk'
import { count } from '../output/count.ts'

/** What became of the conversations of a file, all together. */
export class ImportCount {
  readonly reports: ImportReport[] = []
  total = 0
  refused = 0
  #imported = 0
  #messages = 0
  #there = 0
  readonly #keepsReports: boolean

  /** A file may have a hundred thousand conversations: they are kept only where they will be printed. */
  constructor({ keepsReports }: { keepsReports: boolean }) {
    this.#keepsReports = keepsReports
  }

  add(report: ImportReport): void {
    if (this.#keepsReports) this.reports.push(report)
    this.total += 1
    this.#messages += report.new_messages ?? 0
    if (report.status === 'imported') this.#imported += 1
    else if (report.status === 'already_there') this.#there += 1
    else this.refused += 1
  }

  get sentence(): string {
    if (this.total === 0) return 'There are no conversations in the file.'
    const imported = `Imported ${conversations(this.#imported)} with ${count(this.#messages, 'message')}`
    const others = [
      ...(this.#there > 0 ? [`${this.#there} ${this.#there === 1 ? 'was' : 'were'} there already`] : []),
      ...(this.refused > 0 ? [`${this.refused} ${this.refused === 1 ? 'was' : 'were'} refused`] : []),
    ]
    return `${[this.#imported > 0 ? imported : 'Imported nothing', ...others].join('; ')}.`
  }
}

const conversations = (number: number) => count(number, 'conversation')
