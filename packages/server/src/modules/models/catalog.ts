import { readFile, realpath } from 'node:fs/promises'
import { isAbsolute, normalize, relative, resolve } from 'node:path'
import type { Environment } from '../../config/config.ts'
import type { Provider } from '../../providers/provider.ts'
import { buildProvider, unavailableProvider } from './build-provider.ts'
import { ConfigReader, type Place } from './config-reader.ts'
import { pointerTo } from './json-document.ts'
import { ModelConfigError } from './model-config-error.ts'
import { readModelFile } from './model-file.ts'

export const MODEL_LIST = 'model_configs.json'

export interface CatalogOptions {
  configDir: string
  /** What `${NAME}` is replaced from. */
  environment: Environment
  idleTimeoutMs: number
}

export interface CatalogEntry {
  description: string
  provider: Provider
  /** Why it cannot be asked. */
  reason?: string
}

/** The models by their names, in the order of the file. It never changes: what was edited makes a new one. */
export type Catalog = ReadonlyMap<string, CatalogEntry>

interface ListedModel {
  name: string
  path: string
  pointer: string
}

/** Reads `model_configs.json` and the files that it names. Throws `ModelConfigError` with all that is wrong in them. */
export async function loadCatalog(options: CatalogOptions): Promise<Catalog> {
  const file = resolve(options.configDir, MODEL_LIST)
  const text = await readText(file)
  if (typeof text !== 'string') throw new ModelConfigError([`${file}: ${text.problem}`])
  const list = new ConfigReader(file, text, options.environment)
  const catalog = new Map<string, CatalogEntry>()
  const faults: string[] = []
  for (const model of readModelList(list)) {
    const entry = await loadModel(model, list, options)
    if (Array.isArray(entry)) faults.push(...entry)
    else catalog.set(model.name, entry)
  }
  // A name is needed now: what keeps a model from being asked keeps a list from being read.
  const all = [...list.faults, ...list.obstacles.map((obstacle) => `${file}: ${obstacle}`), ...faults]
  if (all.length > 0) throw new ModelConfigError([...new Set(all)])
  return catalog
}

function readModelList(list: ConfigReader): ListedModel[] {
  const entries = list.document?.value
  if (!Array.isArray(entries)) {
    if (list.document) list.fault('', 'Here a list is expected: [{"name": "eliza", "path": "models/eliza.json"}].')
    return []
  }
  const names = new Set<string>()
  return entries.flatMap((entry: unknown, index) => {
    const place = list.object(entry, pointerTo('', index), ['name', 'path'])
    const name = place && readName(list, place, names)
    const path = place && readPath(list, place)
    return name === undefined || path === undefined
      ? []
      : [{ name, path, pointer: pointerTo(place?.pointer ?? '', 'path') }]
  })
}

function readName(list: ConfigReader, place: Place, names: Set<string>): string | undefined {
  const name = list.text(place, 'name', {
    parse: (text) => (/^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u.test(text) && text.trim() === text ? text : undefined),
    rule: 'the name that users ask for, up to 100 characters',
    example: '"gpt-4-stream"',
  })
  if (name !== undefined && names.has(name)) {
    return list.fault(pointerTo(place.pointer, 'name'), `There are two models called ${JSON.stringify(name)}.`)
  }
  if (name !== undefined) names.add(name)
  return name
}

function readPath(list: ConfigReader, place: Place): string | undefined {
  return list.text(place, 'path', {
    parse: (text) => (isInside(text) && !text.includes('\0') ? text : undefined),
    rule: 'the path of a file inside the config folder',
    example: '"models/gpt4.json"',
  })
}

/** Faults, where there is no entry to be had. */
async function loadModel(
  model: ListedModel,
  list: ConfigReader,
  options: CatalogOptions,
): Promise<CatalogEntry | string[]> {
  const file = resolve(options.configDir, model.path)
  const text = (await isLinkedOutside(options.configDir, file))
    ? { problem: 'leads out of the config folder.' }
    : await readText(file)
  if (typeof text !== 'string') {
    list.fault(model.pointer, `"path" names ${model.path}, which ${text.problem}`)
    return []
  }
  const reader = new ConfigReader(file, text, options.environment)
  const { description, definition } = readModelFile(reader)
  if (reader.faults.length > 0) return reader.faults
  const reason = reader.obstacles.join(' ')
  return definition && reason === ''
    ? { description, provider: buildProvider(definition, options) }
    : { description, reason, provider: unavailableProvider(model.name, reason) }
}

/** Relative, and not upwards. */
function isInside(path: string): boolean {
  return !isAbsolute(path) && !/^\.\.?([/\\]|$)/.test(normalize(path))
}

async function isLinkedOutside(folder: string, file: string): Promise<boolean> {
  try {
    return !isInside(relative(await realpath(folder), await realpath(file)))
  } catch {
    return false
  }
}

async function readText(file: string): Promise<string | { problem: string }> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return { problem: code === 'ENOENT' ? 'is not there.' : `cannot be read (${code}).` }
  }
}
