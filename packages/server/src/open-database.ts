import { access, constants, mkdir } from 'node:fs/promises'
import type { Config } from './config/config.ts'
import { type Database, openSqlite } from './database/database.ts'
import { lockFolder } from './database/folder-lock.ts'
import { migrate } from './database/migrate.ts'
import type { Resources } from './resources.ts'

export interface OpenedDatabase {
  database: Database
  /** The migrations that it lacked. */
  ran: string[]
}

/** Makes the data folder this process's own and opens its database, with the tables of this version. */
export async function openDatabase(config: Config, resources: Resources): Promise<OpenedDatabase> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  await access(config.dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  resources.add(await lockFolder(config.dataDir))
  const database = resources.add(openSqlite(config.databaseFile))
  return { database, ran: await migrate(database) }
}
