import type { Database, Transaction } from '../../database/database.ts'

/** Of those that are written; so that whoever else writes waits for a few milliseconds, unless most of the index is gone. */
const PAGES_AT_A_TIME = 100
/** FTS5's own. */
const DEFAULT_AUTOMERGE = 4
/** The number of no row. */
const PLACEHOLDER = -1

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
    await this.#database.transaction((transaction) => this.#begin(transaction))
    do signal?.throwIfAborted()
    while (await this.#database.transaction((transaction) => merge(transaction, this.#pages)))
    await this.#database.transaction(async (transaction) => {
      await command(transaction, 'automerge', DEFAULT_AUTOMERGE)
      await transaction('search_leftovers').where({ id: 2 }).delete()
    })
  }

  async #begin(transaction: Transaction): Promise<void> {
    // What is deleted from here on is noted anew.
    await transaction.raw('UPDATE OR REPLACE search_leftovers SET id = 2')
    // Whoever writes meanwhile would go on with the merge, many pages at once.
    await command(transaction, 'automerge', 0)
    // Makes a part of its own, so that there are two at least: of one that stands alone, or that a merge was just writing, FTS5 would
    // leave something behind.
    await transaction('message_search_words').insert({ rowid: PLACEHOLDER, words: 'x' })
    await transaction('message_search_words').where({ rowid: PLACEHOLDER }).delete()
    await merge(transaction, -this.#pages)
  }
}

/** A negative number begins with all there is. False once nothing was left to do. See https://sqlite.org/fts5.html#the_merge_command */
async function merge(transaction: Transaction, pages: number): Promise<boolean> {
  const before = await countChanges(transaction)
  await command(transaction, 'merge', pages)
  return (await countChanges(transaction)) - before > 1
}

async function countChanges(transaction: Transaction): Promise<number> {
  const [row] = await transaction.raw<{ changes: number }[]>('SELECT total_changes() AS changes')
  return row?.changes ?? 0
}

async function command(transaction: Transaction, name: 'automerge' | 'merge', value: number): Promise<void> {
  await transaction.raw(`INSERT INTO message_search_words (message_search_words, rank) VALUES ('${name}', ${value})`)
}
