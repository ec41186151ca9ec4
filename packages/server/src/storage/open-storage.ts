import type { StorageConfig } from '../config/storage-location.ts'
import type { ArchiveStorage } from './archive-storage.ts'
import { FolderStorage } from './folder-storage.ts'

/** What speaks S3 is loaded only where it is needed. */
export async function openStorage(config: StorageConfig): Promise<ArchiveStorage> {
  if (config.kind === 'folder') return FolderStorage.open(config.path)
  const { S3Storage } = await import('./s3-storage.ts')
  return new S3Storage(config)
}
