import type { Backup } from '@vektor/sdk'
import { formatSize } from '../output/size.ts'

/** What was downloaded, and that it is what the server has. */
export function savedSentence(
  { sha256, size = 0 }: Backup,
  path: string | undefined,
  isEncryptedHere: boolean,
): string {
  const what = isEncryptedHere ? 'the SHA-256 of what was encrypted' : 'its SHA-256'
  return `${path === undefined ? 'Sent it' : `Saved ${path}`} (${formatSize(size)}): ${what} is that of the server, ${sha256}.`
}
