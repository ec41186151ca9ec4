import type { Database } from '../../database/database.ts'

/** Of those that are written; so that whoever else writes waits for a few milliseconds, unless most of the index is gone. */
const PAGES_AT_A_TIME = 100

/** Of SQLite, whose index keeps words of what was deleted until it is merged. PostgreSQL's has none. */
export class SearchLeftovers {
  readonly #database: Database
  readonly #pages: number
  #removing: Promise<void> = Promise.resolve()

  constructor(database: Database, pagesAtATime = PAGES_AT_A_TIME) {
    this.#database = database
    this.#pages = pagesAtATime
  }

  /**
   * Takes them out of the index, which is written anew for it in small steps; does nothing where nothing was deleted. What was left off
   * is gone on with the next time.
   */
  async remove(signal?: AbortSignal): Promise<void> {
    // Whoever comes meanwhile finds nothing left, or what was deleted since.
    const removing = this.#removing.then(() => this.#remove(signal))
    this.#removing = removing.catch(() => undefined)
    await removing
  }

  async #remove(signal: AbortSignal | undefined): Promise<void> {
    const { dialect, read } = this.#database
    if (dialect.name !== 'sqlite' || !(await this.#database.guard(async () => read('search_leftovers').first()))) return
    // What is deleted from here on is noted anew.
    await this.#database.transaction((transaction) => transaction.raw('UPDATE OR REPLACE search_leftovers SET id = 2'))
    for (let pages = -this.#pages; await this.#merge(pages); pages = this.#pages) signal?.throwIfAborted()
    await this.#database.transaction((transaction) => transaction('search_leftovers').where({ id: 2 }).delete())
  }

  /** A negative number begins with all there is. False once nothing was left to do. See https://sqlite.org/fts5.html#the_merge_command */
  async #merge(pages: number): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      const countChanges = async () => {
        const [row] = await transaction.raw<{ changes: number }[]>('SELECT total_changes() AS changes')
        return row?.changes ?? 0
      }
      const before = await countChanges()
      await transaction.raw(`INSERT INTO message_search_words (message_search_words, rank) VALUES ('merge', ${pages})`)
      return (await countChanges()) - before > 1
    })
  }
}
