import { expect } from 'vitest'
import type { SignedIn } from './sign-up.ts'

export interface Report {
  source_id: string | null
  title: string | null
  status: 'imported' | 'already_there' | 'refused'
  conversation_id?: string
  new_messages?: number
  reason?: string
}

/** The response to a file, of whatever kind. */
export function sendFile(
  who: SignedIn,
  file: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = { 'Content-Type': 'application/octet-stream' },
): Promise<Response> {
  return who.fetch('/chat/history/import', { method: 'POST', headers, body: file })
}

/** The reports on a file that is an export. */
export async function importFile(who: SignedIn, file: string | Uint8Array<ArrayBuffer> | object): Promise<Report[]> {
  const isRaw = typeof file === 'string' || file instanceof Uint8Array
  const response = await sendFile(who, isRaw ? file : JSON.stringify(file))
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return JSON.parse(text)
}

export interface Shown {
  id: string
  title: string | null
  model: string
  created_at: string
  updated_at: string
  current_message_id: string | null
  messages: {
    id: string
    role: string
    content: string
    parent_id: string | null
    created_at: string
    status: string
    reasoning?: string
    model?: string
    finish_reason?: string
  }[]
}

export async function show(who: SignedIn, id: string, query = ''): Promise<Shown> {
  const response = await who.fetch(`/chat/history/${id}${query}`)
  expect(response.status).toBe(200)
  return JSON.parse(await response.text())
}

export async function exportAll(
  who: SignedIn,
): Promise<(Shown & { format: string; version: number; system: string | null })[]> {
  const response = await who.fetch('/chat/history/export')
  expect(response.status).toBe(200)
  return JSON.parse(await response.text())
}
