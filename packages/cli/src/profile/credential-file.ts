import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CredentialStore, Credentials } from '@vektor/sdk'
import type { Folders } from './folders.ts'
import { readText, replaceFile } from './private-file.ts'

/**
 * The tokens of one profile on one server, in a file of their own: no other server ever gets them, and processes that
 * renew different ones at once never overwrite each other. Read anew each time, so that all processes share one session.
 */
export function credentialFile(folders: Folders, profile: string, url: string): CredentialStore {
  const path = join(folders.state, 'credentials', profile, `${encodeURIComponent(url)}.json`)
  return {
    async get() {
      return parse(await readText(path))
    },
    async set(credentials) {
      await replaceFile(path, `${JSON.stringify(credentials)}\n`)
    },
    async clear() {
      await rm(path, { force: true })
    },
  }
}

/** A file that somebody damaged is as good as none: signing in writes it again. */
function parse(text: string | undefined): Credentials | undefined {
  if (text === undefined) return undefined
  try {
    const value: Partial<Credentials> | null = JSON.parse(text)
    return isCredentials(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isCredentials(value: Partial<Credentials> | null): value is Credentials {
  const isText = typeof value?.access_token === 'string' && typeof value.refresh_token === 'string'
  return isText && typeof value.expires_at === 'number' && typeof value.refresh_expires_at === 'number'
}
