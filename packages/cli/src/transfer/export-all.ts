import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Vektor, VektorError } from '@vektor/sdk'
import { CliError } from '../failure/cli-error.ts'
import { Progress } from '../output/progress.ts'
import type { Exported, ExportFormat } from './exported.ts'
import { fileNameFor } from './file-name.ts'
import { printAll, unwritable, writeWhole } from './write-whole.ts'

interface AllOptions {
  format: ExportFormat
  /** A file for JSON, a folder for anything else. */
  output: string | undefined
  /** Whether to say how far it is, where there is a terminal. */
  isTold: boolean
}

/** Exports all conversations: as one file of JSON, or each as a file of its own. */
export async function exportAll(client: Pick<Vektor, 'history'>, options: AllOptions): Promise<Exported> {
  const { format, output } = options
  if (format !== 'json') return exportEach(client, options)
  if (output === undefined) await printAll(client.history.exportAll())
  else await writeWhole(output, client.history.exportAll())
  return output === undefined ? {} : { path: output }
}

async function exportEach(
  { history }: Pick<Vektor, 'history'>,
  { format, isTold, output: folder }: AllOptions,
): Promise<Exported> {
  if (folder === undefined) throw new CliError('usage', 'Say into which folder with --output FOLDER.')
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw unwritable(folder, error)
  })
  using progress = new Progress(process.stderr, isTold)
  let count = 0
  for await (const conversation of history.all({ limit: 200 })) {
    const text = await history.export(conversation.id, { format }).catch(nothingIfDeleted)
    if (text === undefined) continue
    await writeWhole(join(folder, fileNameFor(conversation, format)), [Buffer.from(text)])
    count += 1
    progress.show(`${count} conversations…`)
  }
  return { path: folder, count }
}

/** Of one that was listed, and is deleted before its turn has come, there is nothing to export. */
function nothingIfDeleted(error: unknown): undefined {
  if (!(error instanceof VektorError && error.code === 'conversation-not-found')) throw error
}
