/** Stores a file in a folder, and says why that failed: `node store-in-folder.ts FOLDER KEY FILE`. */
import type { StorageError } from '../../src/storage/archive-storage.ts'
import { FolderStorage } from '../../src/storage/folder-storage.ts'

const [, , folder = '', key = '', file = ''] = process.argv
const storage = await FolderStorage.open(folder)
const outcome = await storage.store(key, file).then(
  () => 'stored',
  (error: StorageError) => `${error.name}: ${String(Object(error.cause).code)}`,
)
process.stdout.write(`${outcome}\n`)
