import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Device } from '@vektor/sdk'
import type { Folders } from './folders.ts'
import { createFile, readText } from './private-file.ts'

/** This machine, as the server's list of devices shows it. Its id is made once and kept. */
export async function thisDevice(folders: Folders): Promise<Device> {
  const path = join(folders.state, 'device-id')
  const id = (await readText(path)) ?? (await createFile(path, randomUUID()))
  return { id: id.trim(), name: hostname() }
}
