import { type FileBody, piecesOf, type Upload } from '../transport/bytes.ts'
import { dataOf } from '../transport/send.ts'
import { errorFromFailure } from '../vektor-error.ts'
import type { ImportReport } from '../wire-types.ts'
import type { ApiClient } from './client.ts'

/** What an export of one conversation is to be. */
export interface ExportOptions {
  /** Markdown unless you say otherwise. */
  format?: 'md' | 'json' | 'html' | undefined
  /** With `format: 'json'`, the messages of all branches. */
  tree?: boolean | undefined
}

/** Conversations that come and go as files. */
export interface Transfer {
  /**
   * One conversation as the text of a file: Markdown, a page of HTML that needs nothing else, or JSON.
   *
   * @throws VektorError `conversation-not-found`
   *
   * @example
   * ```ts
   * const markdown = await vektor.history.export(conversationId)
   * ```
   */
  export(conversationId: string, options?: ExportOptions): Promise<string>
  /**
   * All conversations with all their branches, as the bytes of one JSON file, however large. Asked for when the first piece is.
   *
   * @example
   * ```ts
   * import { writeFile } from 'node:fs/promises'
   *
   * await writeFile('history.json', vektor.history.exportAll())
   * ```
   */
  exportAll(): AsyncIterable<Uint8Array>
  /**
   * Takes the conversations of a file in: what `exportAll` or `export` gave as JSON, what ChatGPT exports (the ZIP archive or
   * its `conversations.json`), or what Open WebUI does. Tells what became of each once it is stored; whoever leaves the loop
   * ends it. Twice is the same as once.
   *
   * @throws VektorError `no-export`, `payload-too-large`, or `import-running` while another file is being imported
   *
   * @example
   * ```ts
   * import { openAsBlob } from 'node:fs'
   *
   * for await (const { title, status, reason } of vektor.history.import(await openAsBlob('chatgpt.zip'))) {
   *   console.log(status, title, reason)
   * }
   * ```
   */
  import(file: FileBody, options?: { signal?: AbortSignal | undefined }): AsyncIterable<ImportReport>
}

export function createTransfer(client: ApiClient, upload: Upload): Transfer {
  return {
    async export(id, { format = 'md', tree = false } = {}) {
      const params = { path: { conversation_id: id }, query: { format, tree } }
      // As text it is one, whatever it is the text of.
      return String(await dataOf(client.GET('/chat/history/{conversation_id}/export', { params, parseAs: 'text' })))
    },
    async *exportAll() {
      yield* piecesOf(await dataOf(client.GET('/chat/history/export', { parseAs: 'stream' })))
    },
    async *import(file, { signal } = {}) {
      yield* readReports((await upload('/chat/history/import', file, signal)).body)
    },
  }
}

/** One report, and what stands before it. Reports have no braces but their own, except in texts. */
const REPORT = /[\s[,]*(\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\})/y

async function* readReports(body: ReadableStream<Uint8Array> | null): AsyncGenerator<ImportReport, void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of piecesOf(body)) {
    rest += decoder.decode(piece, { stream: true })
    let read = 0
    for (const { 0: text, 1: report = '' } of rest.matchAll(new RegExp(REPORT, 'gy'))) {
      read += text.length
      yield JSON.parse(report)
    }
    rest = rest.slice(read)
  }
  // A list that was broken off looks as if it had come to its end.
  if (!/^[\s[]*\]/.test(rest)) throw errorFromFailure(new SyntaxError())
}
