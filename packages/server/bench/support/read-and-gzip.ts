/** The least that a backup can do: reads the rows of an account and pipes them through gzip. Prints the bytes that it read. */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { databaseLocation } from '../../src/config/database-location.ts'
import { type Database, openSqlite } from '../../src/database/database.ts'
import { openPostgres } from '../../src/database/postgres.ts'

const [address = '', output = ''] = process.argv.slice(2)
const AT_A_TIME = 1_000

await using database = open(address)
let bytes = 0
await pipeline(Readable.from(lines()), createGzip(), createWriteStream(output))
console.log(bytes)

function open(url: string): Database {
  const location = databaseLocation(url)
  if (location?.kind !== 'postgresql') return openSqlite(url)
  return openPostgres({ location, poolSize: 4, statementTimeoutMs: 60_000 })
}

async function* lines(): AsyncGenerator<Buffer> {
  for (let after = ''; ; ) {
    const rows: { id: string }[] = await database
      .read('messages')
      .where('id', '>', after)
      .orderBy('id')
      .limit(AT_A_TIME)
    const last = rows.at(-1)
    if (!last) return
    after = last.id
    const text = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    bytes += text.length
    yield text
  }
}
