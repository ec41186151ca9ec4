/** Stores a file in a folder, and says why that failed: `node store-in-folder.ts FOLDER KEY FILE`. */
import { FolderStorage } from '../../src/storage/folder-storage.ts'

const [, , folder = '', key = '', file = ''] = process.argv
const storage = await FolderStorage.open(folder)
const outcome = await storage.store(key, file).then(
  () => 'stored',
  (error: NodeJS.ErrnoException) => error.code,
)
process.stdout.write(`${outcome}\n`)
