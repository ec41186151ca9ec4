import { createHash } from 'node:crypto'
import type { ConfigFault } from '../../config/files/config-fault.ts'
import { ConfigReader, type Place } from '../../config/files/config-reader.ts'
import { type FolderReading, isInside } from '../../config/files/folder-reading.ts'
import { pointerTo } from '../../config/files/json-document.ts'
import type { Loaded } from '../../config/files/live-config.ts'
import type { Provider } from '../../providers/provider.ts'
import { buildProvider, type ProviderOptions, unavailableProvider } from './build-provider.ts'
import { Discovery } from './discovery.ts'
import { readModelFile } from './model-file.ts'

export const MODEL_LIST = 'model_configs.json'

const LIST_EXAMPLE = '[{"name": "eliza", "path": "models/eliza.json"}]'
const MODEL_EXAMPLE = '{"provider": "eliza"}'

/** Of a file whose endpoints have said nothing. */
const NOTHING_FOUND = 'Start its endpoints, or correct "base_url": they have not said yet which models they have.'

export interface CatalogEntry {
  /** Where it is in the config folder. */
  path: string
  description: string
  provider: Provider
  /** Whether it sees images. */
  hasImages: boolean
  /** Why it cannot be asked. */
  reason?: string | undefined
  /** The models that its endpoints have. As soon as there are any, they stand in its place. */
  discovery?: Discovery
  /** The same for two readings of a file that say the same. */
  fingerprint: string
}

/** What the file lists, by its names and in its order. It never changes: what was edited makes a new one. */
export type Catalog = ReadonlyMap<string, CatalogEntry>

/** The models that a catalog offers by now, in its order. */
export function* offeredModels(
  catalog: Catalog,
): Generator<[string, Pick<CatalogEntry, 'description' | 'reason' | 'hasImages'>]> {
  for (const [name, entry] of catalog) {
    const found = entry.discovery?.names ?? []
    if (found.length === 0) yield [name, entry]
    for (const model of found) if (!catalog.has(model)) yield [model, { ...entry, reason: undefined }]
  }
}

/** What is listed comes before what is found. */
export function findOffered(
  catalog: Catalog,
  name: string,
): Pick<CatalogEntry, 'provider' | 'reason' | 'hasImages'> | undefined {
  const entry = catalog.get(name)
  if (entry) return entry.discovery && entry.discovery.names.length > 0 ? undefined : entry
  for (const { discovery, hasImages } of catalog.values()) {
    const provider = discovery?.find(name)
    if (provider) return { provider, hasImages }
  }
  return undefined
}

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
  const hasImages = definition?.provider === 'openai-compatible' && definition.hasImages
  const entry = { path, description, fingerprint, hasImages }
  if (!definition || reason !== '') return { ...entry, reason, provider: unavailableProvider(name, reason) }
  const known = options.current?.get(name)
  if (known?.fingerprint === fingerprint) return { ...known, ...entry }
  if (!('discover' in definition)) return { ...entry, provider: buildProvider(definition, options) }
  const discovery = new Discovery(name, definition, options)
  return { ...entry, reason: NOTHING_FOUND, provider: unavailableProvider(name, NOTHING_FOUND), discovery }
}

/** Of what is written, which may be a key. What the environment adds to it does not change while a server runs. */
function fingerprintOf({ document }: ConfigReader): string {
  return createHash('sha256').update(JSON.stringify(document?.value)).digest('base64url')
}
