/**
 * What a backup and a restore of a large account take, beside reading the rows and piping them through gzip, and beside `tar`
 * and `gzip` of the same bytes. `--messages 1000000` says how many; `--postgres` takes PostgreSQL instead of SQLite.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { postgresSettings } from './support/postgres-settings.ts'
import { cpuMilliseconds, residentMegabytes } from './support/process-stats.ts'
import { sampleArchive } from './support/sample-archive.ts'
import { startServer } from './support/server.ts'
import { signUp } from './support/sign-up.ts'

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '100000' }, postgres: { type: 'boolean', default: false } },
})
const messages = Number(values.messages)

const folder = await mkdtemp(join(tmpdir(), 'vektor-bench-'))
try {
  await using opened = new AsyncDisposableStack()
  const settings = values.postgres ? await postgresSettings(opened) : {}
  await measure(folder, settings)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function measure(data: string, settings: Record<string, string>): Promise<void> {
  const [made, plain] = [join(data, 'made'), join(data, 'plain')]
  for (const path of [made, plain]) await mkdir(path)
  const archive = await sampleArchive(made, messages)
  await run('tar', ['-xzf', archive.path, '-C', plain])
  const bytes = await sizeOf(plain)
  const size = `${megabytes(bytes)} MB, ${megabytes(archive.size)} MB compressed`
  console.log(`${values.postgres ? 'PostgreSQL' : 'SQLite'}, ${messages} messages, ${size}`)
  await using server = await startServer(join(data, 'server'), { ...settings, VEKTOR_RATE_LIMIT: '10000000' })
  const token = await signUp(server.url)
  const ask = async (method: string, path: string, init: RequestInit = {}) => {
    const headers = { ...init.headers, Authorization: `Bearer ${token}` }
    const response = await fetch(`${server.url}${path}`, { ...init, method, headers })
    if (!response.ok) throw new Error(await response.text())
    return Object(await response.json())
  }
  const watched = (name: string, work: () => Promise<unknown>) => print(name, { process: server.process, bytes, work })
  await watched('upload', () => {
    const body = ReadableStream.from(createReadStream(archive.path))
    const headers = { 'Content-Type': 'application/gzip' }
    return ask('POST', '/sync/backup/upload', { headers, body, duplex: 'half' })
  })
  await watched('restore into an empty account', () => ask('POST', '/sync/restore'))
  await watched('restore of the same', () => ask('POST', '/sync/restore'))
  await watched('backup', async () => {
    const { backup_id: id } = await ask('POST', '/sync/backup')
    for (;;) {
      const { status } = await ask('GET', `/sync/backup/${id}`)
      if (status !== 'in_progress') return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })
  const database = settings.VEKTOR_DATABASE_URL ?? join(data, 'server', 'vektor.db')
  await floor('floor: rows read and piped through gzip', [database, join(data, 'floor.gz')], bytes)
  await print('tar and gzip of the same bytes', {
    bytes,
    work: () => run('sh', ['-c', `tar -cf - -C ${plain} . | gzip -6 > ${join(data, 'tar.gz')}`]),
  })
}

/** The floor reads its rows with all their columns, so its bytes are its own. */
async function floor(name: string, args: string[], bytes: number): Promise<void> {
  const program = fileURLToPath(new URL('./support/read-and-gzip.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=vektor-source', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let read = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    read += text
  })
  await print(name, { process: child, bytes, work: () => once(child, 'close'), readBytes: () => Number(read) || bytes })
}

interface Work {
  process?: ChildProcess
  bytes: number
  readBytes?: () => number
  work(): Promise<unknown>
}

async function print(name: string, { process: watched, bytes, readBytes = () => bytes, work }: Work): Promise<void> {
  const began = performance.now()
  const before = watched ? await cpuMilliseconds(watched) : undefined
  let [most, cpu] = [0, 0]
  const watch = setInterval(async () => {
    if (!watched || before === undefined) return
    most = Math.max(most, await residentMegabytes(watched).catch(() => 0))
    cpu = (await cpuMilliseconds(watched).catch(() => cpu + before)) - before
  }, 20)
  await work()
  clearInterval(watch)
  const seconds = (performance.now() - began) / 1_000
  const rate = `${(readBytes() / 1e6 / seconds).toFixed(1)} MB/s, ${(messages / seconds).toFixed(0)} messages/s`
  const cost = watched ? `, ${(cpu / 1_000).toFixed(1)} s CPU, at most ${most.toFixed(0)} MB resident` : ''
  console.log(`${name}: ${seconds.toFixed(1)} s, ${rate}${cost}`)
}

async function run(command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} failed.`)
}

async function sizeOf(path: string): Promise<number> {
  const names = await readdir(path)
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(path, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
