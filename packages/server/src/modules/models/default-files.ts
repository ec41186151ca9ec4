import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigFileError } from '../../config/files/config-file-error.ts'
import { createPrivateFile } from '../../private-file.ts'
import { MODEL_LIST } from './catalog.ts'

const OPENAI = {
  base_url: `\${OPENAI_BASE_URL:-https://api.openai.com/v1}`,
  api_key: `\${OPENAI_API_KEY}`,
  weight: 1,
}

/** What a new server begins with: two models that want a key, and one that works at once. */
const MODEL_FILES = {
  'models/gpt4.json': {
    description: 'GPT-4 con streaming SSE',
    provider: 'openai-compatible',
    model: 'gpt-4.1',
    streaming: true,
    endpoints: [OPENAI],
  },
  'models/gpt35.json': {
    description: 'Turbo sin streaming',
    provider: 'openai-compatible',
    model: 'gpt-3.5-turbo',
    streaming: false,
    endpoints: [OPENAI],
  },
  'models/eliza.json': {
    description:
      'ELIZA: un programa de reglas, sin conexión ni clave / a rule-based program, offline and without a key',
    provider: 'eliza',
  },
}

const LIST = [
  { name: 'gpt-4-stream', path: 'models/gpt4.json' },
  { name: 'gpt-3.5-turbo', path: 'models/gpt35.json' },
  { name: 'eliza', path: 'models/eliza.json' },
]

/** Writes the files of a new config folder, and never over one that is there. False where there is nothing to do. */
export async function writeDefaultFiles(configDir: string): Promise<boolean> {
  const list = join(configDir, MODEL_LIST)
  if (await exists(list)) return false
  try {
    for (const [path, content] of Object.entries(MODEL_FILES)) await writeIfAbsent(join(configDir, path), content)
    // Last: where it is, the others are.
    await writeIfAbsent(list, LIST)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
    const advice = 'make the folder writable, choose another with VEKTOR_CONFIG_DIR, or put the file there.'
    throw new ConfigFileError([`${list}: It is not there and cannot be written${code}: ${advice}`], { cause })
  }
  return true
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

function writeIfAbsent(file: string, content: unknown): Promise<void> {
  return createPrivateFile(file, `${JSON.stringify(content, null, 2)}\n`)
}
