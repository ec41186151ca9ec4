/**
 * For `--import` into a server: at SIGUSR2 the connection that writes gets the statements of `BREAK_DATABASE`, and at the
 * next one those of `MEND_DATABASE`, so that SQLite itself refuses what it is told, with the codes that it has for that.
 */
import sqlite3 from 'sqlite3'

const { BREAK_DATABASE = '', MEND_DATABASE = '' } = process.env
const writing = new Set<sqlite3.Database>()
const { exec } = sqlite3.Database.prototype

sqlite3.Database.prototype.exec = function (sql, ...rest) {
  if (sql.includes('query_only = OFF')) writing.add(this)
  return exec.call(this, sql, ...rest)
}

let isBroken = false
process.on('SIGUSR2', () => {
  isBroken = !isBroken
  const [sql, msg] = isBroken ? [BREAK_DATABASE, 'database-broken'] : [MEND_DATABASE, 'database-mended']
  for (const database of writing)
    exec.call(database, sql, (error) => process.stdout.write(`${JSON.stringify(error ?? { msg })}\n`))
})
