/** Archives as no server writes them: entry by entry, and line by line. */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { packTar, type TarHeader } from 'modern-tar'
import { ACCOUNT, conversationRecord, messageRecord } from './archives.ts'

/** One entry of a tar file, of whatever kind. */
export interface Entry extends Partial<TarHeader> {
  name: string
  content?: string | Uint8Array
}

export type Contents = Partial<Record<'account' | 'conversations' | 'messages', string | Uint8Array>>

/** Records as the lines of a file. */
export function linesOf(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('')
}

/** The files of an archive but for its manifest; what is not given is what everybody has. */
export function filesOf({
  account = linesOf([ACCOUNT]),
  conversations = linesOf([conversationRecord(1)]),
  messages = linesOf([messageRecord(1, 1)]),
}: Contents = {}): [Entry, Entry, Entry] {
  return [
    { name: 'account.json', content: account },
    { name: 'conversations.ndjson', content: conversations },
    { name: 'messages.ndjson', content: messages },
  ]
}

/** A manifest that is right, unless it is told to lie. */
export function manifestOf(files: readonly Entry[], more: object = {}): Entry {
  const count = (name: string) => {
    const { content = '' } = files.find((file) => file.name === name) ?? {}
    return Buffer.from(content).toString().split('\n').length - 1
  }
  const manifest = {
    format: 'vektor-backup',
    version: 1,
    created_at: '2025-07-09T12:00:00.000Z',
    created_by: 'somebody by hand',
    counts: { conversations: count('conversations.ndjson'), messages: count('messages.ndjson') },
    files: files.map(({ name, content = '' }) => {
      const bytes = Buffer.from(content)
      return { name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
    }),
    ...more,
  }
  return { name: 'manifest.json', content: JSON.stringify(manifest) }
}

export async function tarOf(entries: readonly Entry[]): Promise<Uint8Array> {
  return packTar(
    entries.map(({ content, ...header }) => {
      const body = content === undefined ? undefined : new Uint8Array(Buffer.from(content))
      return { header: { ...header, size: body?.length ?? 0 }, ...(body && { body }) }
    }),
  )
}

export async function tarballOf(entries: readonly Entry[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(gzipSync(await tarOf(entries)))
}

/** An archive whose manifest tells the truth about what is in it, but for `more`. */
export function handMade(contents: Contents = {}, more: object = {}): Promise<Uint8Array<ArrayBuffer>> {
  const files = filesOf(contents)
  return tarballOf([...files, manifestOf(files, more)])
}
