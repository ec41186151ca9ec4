import type { ConfigFault } from '../../config/files/config-fault.ts'
import { ConfigReader } from '../../config/files/config-reader.ts'
import type { FolderReading } from '../../config/files/folder-reading.ts'
import type { Loaded } from '../../config/files/live-config.ts'
import { ADAPTER_FOLDER, type Adapter, adapterPath, isAdapterName } from './adapter.ts'

/** By their names, in order. */
export type Adapters = ReadonlyMap<string, Adapter>

/** Reads `app/*.json`. Of an adapter whose file is broken the one in force is kept; the others do not suffer from it. */
export async function loadAdapters(reading: FolderReading, current: Adapters = new Map()): Promise<Loaded<Adapters>> {
  const adapters = new Map<string, Adapter>()
  const faults: ConfigFault[] = []
  for (const file of (await reading.list(ADAPTER_FOLDER)).filter(isAdapterFile)) {
    const name = file.slice(0, -EXTENSION.length)
    const loaded = await loadAdapter(name, reading)
    faults.push(...loaded.faults)
    const adapter = loaded.value ?? current.get(name)
    if (adapter) adapters.set(name, adapter)
  }
  return { value: adapters, faults }
}

const EXTENSION = '.json'
const EXAMPLE = '{"type": "webhook"}'

/** Names that begin with a dot are those of editors, for as long as they work on a file. */
function isAdapterFile(file: string): boolean {
  return file.endsWith(EXTENSION) && !file.startsWith('.')
}

async function loadAdapter(name: string, reading: FolderReading): Promise<Loaded<Adapter>> {
  if (!isAdapterName(name)) {
    const detail = 'An adapter has a name of up to 64 small letters, digits, - and _: rename the file.'
    return { faults: [{ path: `${ADAPTER_FOLDER}/${name}${EXTENSION}`, detail }] }
  }
  const path = adapterPath(name)
  const reader = await reading.read(path, EXAMPLE)
  if (!(reader instanceof ConfigReader)) return { faults: [{ path, detail: `It ${reader.problem}` }] }
  const settings = reader.settings()
  return settings ? { value: { name, settings }, faults: [] } : { faults: reader.faults }
}
