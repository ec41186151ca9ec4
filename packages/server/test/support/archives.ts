import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Content, WrittenArchive } from '../../src/modules/backups/archive/write-archive.ts'
import { packArchive, spoolContent } from '../../src/modules/backups/archive/write-archive.ts'

export const ACCOUNT = {
  id: '0197ef20-0000-7000-8000-000000000001',
  email: 'ana@example.org',
  username: 'ana',
  avatar_url: null,
  created_at: '2025-07-08T10:00:00.000Z',
  preferences: { theme: 'dark' },
}

/** Ids whose order is that of their numbers. */
export function idOf(kind: 'conversation' | 'message', number: number): string {
  return `0197ef20-${kind === 'message' ? '0002' : '0001'}-7000-8000-${String(number).padStart(12, '0')}`
}

export function conversationRecord(number: number, more: object = {}) {
  return {
    id: idOf('conversation', number),
    title: `Conversación ${number}`,
    model: 'eliza',
    system: null,
    current_message_id: null,
    created_at: '2025-07-08T10:00:00.000Z',
    updated_at: '2025-07-08T10:05:00.000Z',
    ...more,
  }
}

export function messageRecord(number: number, conversation: number, more: object = {}) {
  return {
    id: idOf('message', number),
    conversation_id: idOf('conversation', conversation),
    parent_id: null,
    role: 'user',
    content: `Mensaje ${number}: ¡hola, señora Ñ! 👋`,
    created_at: '2025-07-08T10:00:00.000Z',
    status: 'completed',
    ...more,
  }
}

export interface ArchiveFolder extends AsyncDisposable {
  path: string
}

export async function archiveFolder(): Promise<ArchiveFolder> {
  const path = await mkdtemp(join(tmpdir(), 'vektor-archive-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

export interface SampleArchive {
  account?: object
  conversations?: readonly object[]
  messages?: readonly object[]
  recipients?: readonly string[]
}

/** An archive of what is given, however wrong that is. */
export async function sampleArchive(folder: string, sample: SampleArchive = {}): Promise<WrittenArchive> {
  const { account = ACCOUNT, conversations = [conversationRecord(1)], messages = [messageRecord(1, 1)] } = sample
  const content: Content = {
    'account.json': once([account]),
    'conversations.ndjson': once(conversations),
    'messages.ndjson': once(messages),
  }
  const spool = { folder, signal: new AbortController().signal }
  return packArchive(await spoolContent(content, spool), {
    ...spool,
    createdAt: Date.parse('2025-07-09T12:00:00Z'),
    createdBy: 'vektor-server 0.0.0',
    recipients: sample.recipients ?? [],
    onPacked() {},
  })
}

async function* once(records: readonly object[]) {
  yield records
}

/** The same, as it is sent. */
export async function archiveBytes(sample?: SampleArchive): Promise<Uint8Array<ArrayBuffer>> {
  await using folder = await archiveFolder()
  const { path } = await sampleArchive(folder.path, sample)
  return new Uint8Array(await readFile(path))
}
