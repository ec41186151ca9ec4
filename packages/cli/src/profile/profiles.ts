import { join } from 'node:path'
import { CliError } from '../failure/cli-error.ts'
import type { Folders } from './folders.ts'
import { readText, replaceFile } from './private-file.ts'

/** One server, as one account. */
export interface Profile {
  url?: string
  username?: string
  /** The model that answers unless another is asked for. */
  model?: string
}

type Profiles = Record<string, Profile>

/** `profiles.json`: the user may edit it, so what else is in it stays. */
export class ProfileFile {
  readonly #path: string

  constructor(folders: Folders) {
    this.#path = join(folders.config, 'profiles.json')
  }

  async get(name: string): Promise<Profile> {
    return (await this.#read())[checkName(name)] ?? {}
  }

  async update(name: string, changes: Profile): Promise<void> {
    const profiles = await this.#read()
    profiles[checkName(name)] = { ...profiles[name], ...changes }
    await replaceFile(this.#path, `${JSON.stringify(profiles, null, 2)}\n`)
  }

  async #read(): Promise<Profiles> {
    const text = await readText(this.#path)
    if (text === undefined) return {}
    try {
      const profiles: unknown = JSON.parse(text)
      if (isProfiles(profiles)) return profiles
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
    throw new CliError('failed', `${this.#path} is not a JSON object of profiles. Repair it, or remove it.`)
  }
}

function isProfiles(value: unknown): value is Profiles {
  return isObject(value) && Object.values(value).every(isProfile)
}

function isProfile(value: unknown): value is Profile {
  if (!isObject(value)) return false
  const { url, username, model } = value
  return [url, username, model].every((field) => field === undefined || typeof field === 'string')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** It becomes the name of a folder. */
function checkName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name) && name !== '__proto__') return name
  throw new CliError('usage', `"${name}" cannot name a profile: letters, digits, dots, dashes and underscores can.`)
}
