import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentialFile } from '../../src/profile/credential-file.ts'
import { folders } from '../../src/profile/folders.ts'

/** A user's home, with nobody else's settings in it. */
export class Home implements AsyncDisposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async create(): Promise<Home> {
    return new Home(await mkdtemp(join(tmpdir(), 'vektor-cli-')))
  }

  environment(more: Record<string, string> = {}): Record<string, string> {
    return { HOME: this.path, PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', ...more }
  }

  /** As if somebody had signed in there. */
  async signIn(url: string): Promise<void> {
    const later = Date.now() + 3_600_000
    const credentials = {
      access_token: 'access',
      refresh_token: 'refresh',
      expires_at: later,
      refresh_expires_at: later,
    }
    await credentialFile(folders({ HOME: this.path }, 'linux'), 'default', url).set(credentials)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true })
  }
}
