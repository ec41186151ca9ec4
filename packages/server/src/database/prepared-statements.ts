import type sqlite3 from 'sqlite3'

/** Most of what the server asks it asks again and again, in a few dozen forms. */
const MAX_STATEMENTS = 100
/** What inserts many rows is long, and seldom of the same length again. */
const MAX_LENGTH = 2_000

type Callback = (this: unknown, error: Error | null, rows?: unknown[]) => void
type Method = 'all' | 'run'

/**
 * Lets a connection prepare a statement once and not each time: the driver's own `all` and `run` let SQLite compile it,
 * on another thread and with a way there and back of its own, and then throw it away. SQLite compiles it again by itself
 * when the tables have changed.
 * @see https://www.sqlite.org/c3ref/prepare.html
 */
export function keepStatements(connection: sqlite3.Database): void {
  const kept = new KeptStatements(connection)
  const { all, close, run } = connection
  const ask = (method: Method, original: typeof all | typeof run) =>
    function (this: sqlite3.Database, sql: string, bindings: unknown[], callback: Callback) {
      if (sql.length > MAX_LENGTH) original.call(this, sql, bindings, callback)
      else kept.ask(method, { sql, bindings, callback })
      return this
    }
  Object.assign(connection, {
    all: ask('all', all),
    run: ask('run', run),
    close(callback?: (error: Error | null) => void) {
      kept[Symbol.dispose]()
      close.call(connection, callback)
    },
  })
}

class KeptStatements implements Disposable {
  readonly #connection: sqlite3.Database
  /** By their text, the one that was used last at the end. */
  readonly #statements = new Map<string, sqlite3.Statement>()

  constructor(connection: sqlite3.Database) {
    this.#connection = connection
  }

  ask(method: Method, { sql, bindings, callback }: { sql: string; bindings: unknown[]; callback: Callback }): void {
    const kept = this.#statements.get(sql)
    const statement = kept ?? this.#prepare(sql, callback)
    this.#statements.delete(sql)
    this.#statements.set(sql, statement)
    const drop = () => this.#drop(sql, statement)
    statement[method](bindings, function (this: unknown, error: Error | null, rows?: unknown[]) {
      // What has failed halfway holds its locks until it is reset.
      if (error) drop()
      callback.call(this, error, rows)
    })
  }

  [Symbol.dispose](): void {
    for (const [sql, statement] of this.#statements) this.#drop(sql, statement)
  }

  #prepare(sql: string, callback: Callback): sqlite3.Statement {
    const [oldest] = this.#statements
    if (oldest && this.#statements.size >= MAX_STATEMENTS) this.#drop(...oldest)
    const statement = this.#connection.prepare(sql, (error) => {
      if (!error) return
      if (this.#statements.get(sql) === statement) this.#statements.delete(sql)
      callback(error)
    })
    return statement
  }

  #drop(sql: string, statement: sqlite3.Statement): void {
    if (this.#statements.get(sql) === statement) this.#statements.delete(sql)
    statement.finalize()
  }
}
