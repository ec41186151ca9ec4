import { join } from 'node:path'
import sqlite3 from 'sqlite3'

/** Another server is using the data folder. */
export class FolderInUseError extends Error {
  override name = 'FolderInUseError'
}

/**
 * Makes this process the only server on a data folder. The lock is an exclusive transaction that stays open: the
 * operating system drops it with the process, however that ends, so no stale lock can keep a server from starting.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const connection = await open(join(folder, 'server.lock'))
  try {
    await exec(connection, 'PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE;')
  } catch (cause) {
    await close(connection)
    throw new FolderInUseError(
      `Another vektor-server is using ${folder}: stop it first, or choose another folder with VEKTOR_DATA_DIR.`,
      { cause },
    )
  }
  return { [Symbol.asyncDispose]: () => close(connection) }
}

function open(filename: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const connection = new sqlite3.Database(filename, (error) => (error ? reject(error) : resolve(connection)))
  })
}

function exec(connection: sqlite3.Database, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.exec(sql, (error) => (error ? reject(error) : resolve()))
  })
}

function close(connection: sqlite3.Database): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.close((error) => (error ? reject(error) : resolve()))
  })
}
