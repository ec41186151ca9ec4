import { join } from 'node:path'
import type { Vektor } from '@vektor/sdk'
import type { Exported, ExportFormat } from './exported.ts'
import { fileNameFor } from './file-name.ts'
import { isFolder } from './is-folder.ts'
import { printAll, writeWhole } from './write-whole.ts'

interface OneOptions {
  format: ExportFormat
  tree: boolean
  /** A file, or a folder that is there; without it, standard output. */
  output: string | undefined
}

/** Exports one conversation. */
export async function exportOne(
  { history }: Pick<Vektor, 'history'>,
  id: string,
  { format, tree, output }: OneOptions,
): Promise<Exported> {
  const text = await history.export(id, { format, tree })
  if (output === undefined) {
    await printAll([Buffer.from(text)])
    return {}
  }
  const path = (await isFolder(output)) ? join(output, fileNameFor(await history.get(id), format)) : output
  await writeWhole(path, [Buffer.from(text)])
  return { path }
}
