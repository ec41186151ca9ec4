import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Device } from '@vektor/sdk'
import type { Folders } from './folders.ts'
import { createFile, readText } from './private-file.ts'

/** This machine, as the server's list of devices shows it. Its id is made once and kept; where nothing can be, it has none. */
export async function thisDevice(folders: Folders): Promise<Device> {
  const id = await deviceId(join(folders.state, 'device-id')).catch(() => undefined)
  return { id, name: hostname() }
}

async function deviceId(path: string): Promise<string> {
  return ((await readText(path)) ?? (await createFile(path, randomUUID()))).trim()
}
