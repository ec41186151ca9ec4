import { expect, vi } from 'vitest'
import type { SignedIn } from './sign-up.ts'

/** A backup on the wire. */
export interface Backup {
  backup_id: string
  task_id: string
  status: string
  origin: string
  progress: number
  counts: { conversations: number; messages: number }
  size: number
  sha256: string
  encrypted: boolean
}

export async function post(who: SignedIn, path: string, body?: unknown): Promise<Response> {
  if (body === undefined) return who.fetch(path, { method: 'POST' })
  const headers = { 'Content-Type': 'application/json' }
  return who.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
}

export async function getBackup(who: SignedIn, id: string): Promise<Backup> {
  return JSON.parse(await (await who.fetch(`/sync/backup/${id}`)).text())
}

/** Makes a backup, and waits until it is complete. */
export async function makeBackup(who: SignedIn, body?: unknown): Promise<Backup> {
  const response = await post(who, '/sync/backup', body)
  const { backup_id: id }: Backup = JSON.parse(await response.text())
  // Not `expect.poll`: whoever prepares tests is in none.
  await vi.waitFor(async () => expect((await getBackup(who, id)).status).toBe('completed'), 20_000)
  return getBackup(who, id)
}

export async function download(who: SignedIn, id: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await who.fetch(`/sync/backup/${id}/content`)).arrayBuffer())
}

/** Uploads an archive, which has to be whole. */
export async function upload(who: SignedIn, bytes: Uint8Array<ArrayBuffer>): Promise<Backup> {
  const response = await tryUpload(who, bytes)
  expect(response.status, await response.clone().text()).toBe(201)
  return JSON.parse(await response.text())
}

export function tryUpload(who: SignedIn, bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
  const headers = { 'Content-Type': 'application/gzip' }
  return who.fetch('/sync/backup/upload', { method: 'POST', headers, body: bytes })
}

/** All that an account keeps, as its owner sees it; `query` is searched for. */
export async function accountState(who: SignedIn, query = 'secreto'): Promise<unknown> {
  const read = async (path: string) => JSON.parse(await (await who.fetch(path)).text())
  const list: { id: string }[] = await read('/chat/history')
  const conversations = await Promise.all(list.map(({ id }) => read(`/chat/history/${id}?tree=true`)))
  const found = await read(`/chat/history?q=${query}`)
  return { list, conversations, preferences: await read('/users/preferences'), found }
}
