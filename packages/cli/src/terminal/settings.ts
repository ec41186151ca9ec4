import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { AdapterSettings } from '@vektor/sdk'
import { CliError } from '../failure/cli-error.ts'
import type { Terminal } from './ask.ts'

/** A JSON object from a file, or from standard input. Nothing of it is repeated, whatever is wrong: it may hold secrets. */
export async function readSettings(file: string | undefined, { input }: Terminal): Promise<AdapterSettings> {
  if (file === undefined && input.isTTY) {
    throw new CliError('usage', 'Say where the settings are with --settings FILE, or send them to standard input.')
  }
  const settings = parse(file === undefined || file === '-' ? await text(input) : await readFile(file, 'utf8'))
  if (isObject(settings)) return settings
  throw new CliError('failed', 'The settings are no JSON object, such as {"type": "webhook"}. Nothing was sent.')
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is AdapterSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
