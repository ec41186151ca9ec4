import { createHash } from 'node:crypto'
import type { ConfigFault } from '../../config/files/config-fault.ts'
import { ConfigReader, type Place } from '../../config/files/config-reader.ts'
import { type FolderReading, isInside } from '../../config/files/folder-reading.ts'
import { pointerTo } from '../../config/files/json-document.ts'
import type { Loaded } from '../../config/files/live-config.ts'
import type { Provider } from '../../providers/provider.ts'
import { buildProvider, type ProviderOptions, unavailableProvider } from './build-provider.ts'
import { readModelFile } from './model-file.ts'

export const MODEL_LIST = 'model_configs.json'

const LIST_EXAMPLE = '[{"name": "eliza", "path": "models/eliza.json"}]'
const MODEL_EXAMPLE = '{"provider": "eliza"}'

export interface CatalogEntry {
  /** Where it is in the config folder. */
  path: string
  description: string
  provider: Provider
  /** Why it cannot be asked. */
  reason?: string
  /** The same for two readings of a file that say the same. */
  fingerprint: string
}

/** The models by their names, in the order of the file. It never changes: what was edited makes a new one. */
export type Catalog = ReadonlyMap<string, CatalogEntry>

interface ListedModel {
  name: string
  path: string
  pointer: string
}

export interface CatalogOptions extends ProviderOptions {
  /** What is in force: where a file says the same as then, its provider keeps what it has learnt of its endpoints. */
  current: Catalog | undefined
}

/** Reads `model_configs.json` and the files that it names. With anything wrong in them there is no catalog. */
export async function loadCatalog(reading: FolderReading, options: CatalogOptions): Promise<Loaded<Catalog>> {
  const list = await reading.read(MODEL_LIST, LIST_EXAMPLE)
  if (!(list instanceof ConfigReader)) return { faults: [{ path: MODEL_LIST, detail: `It ${list.problem}` }] }
  const catalog = new Map<string, CatalogEntry>()
  const faults: ConfigFault[] = []
  for (const model of readModelList(list)) {
    const entry = await loadModel(model, { list, reading, options })
    if (Array.isArray(entry)) faults.push(...entry)
    else catalog.set(model.name, entry)
  }
  // A name is needed now: what keeps a model from being asked keeps a list from being read.
  const obstacles = list.takeObstacles().map((detail) => ({ path: MODEL_LIST, detail }))
  const all = [...list.faults, ...obstacles, ...faults]
  return all.length > 0 ? { faults: withoutTwins(all) } : { value: catalog, faults: [] }
}

/** A file that several models name has its faults once. */
function withoutTwins(faults: readonly ConfigFault[]): ConfigFault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()]
}

function readModelList(list: ConfigReader): ListedModel[] {
  const entries = list.list()
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

interface Surroundings {
  list: ConfigReader
  reading: FolderReading
  options: CatalogOptions
}

/** Faults, where there is no entry to be had. */
async function loadModel(
  { name, path, pointer }: ListedModel,
  { list, reading, options }: Surroundings,
): Promise<CatalogEntry | ConfigFault[]> {
  const reader = await reading.read(path, MODEL_EXAMPLE)
  if (!(reader instanceof ConfigReader)) {
    list.fault(pointer, `"path" names ${path}, which ${reader.problem}`)
    return []
  }
  const { description, definition } = readModelFile(reader)
  if (reader.faults.length > 0) return [...reader.faults]
  const reason = reader.takeObstacles().join(' ')
  const fingerprint = fingerprintOf(reader)
  const entry = { path, description, fingerprint }
  if (!definition || reason !== '') return { ...entry, reason, provider: unavailableProvider(name, reason) }
  const known = options.current?.get(name)
  const provider = known?.fingerprint === fingerprint ? known.provider : buildProvider(definition, options)
  return { ...entry, provider }
}

/** Of what is written, which may be a key. What the environment adds to it does not change while a server runs. */
function fingerprintOf({ document }: ConfigReader): string {
  return createHash('sha256').update(JSON.stringify(document?.value)).digest('base64url')
}
