import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { AdapterSettings } from '@vektor/sdk'
import { CliError } from '../failure/cli-error.ts'
import { unreadable } from '../failure/file-failure.ts'
import type { Terminal } from './ask.ts'
import { findJsonFault } from './json-fault.ts'

/** A JSON object from a file, or from standard input. Nothing of it is repeated, whatever is wrong: it may hold secrets. */
export async function readSettings(file: string | undefined, { input }: Terminal): Promise<AdapterSettings> {
  if (file === undefined && input.isTTY) {
    throw new CliError('usage', 'Say where the settings are with --settings FILE, or send them to standard input.')
  }
  const settings = parse(file === undefined || file === '-' ? await text(input) : await read(file))
  if (isObject(settings)) return settings
  throw new CliError('failed', 'The settings are no JSON object, such as {"type": "webhook"}. Nothing was sent.')
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw unreadable(file, error)
  }
}

function parse(json: string): unknown {
  const fault = findJsonFault(json)
  if (!fault) return JSON.parse(json.replace(/^\ufeff/, ''))
  throw new CliError('failed', `This is no valid JSON, at line ${fault.line}: ${fault.detail}. Nothing was sent.`)
}

function isObject(value: unknown): value is AdapterSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
