import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { credentialFile } from '../src/profile/credential-file.ts'
import { folders } from '../src/profile/folders.ts'
import { builtCli } from './support/built-cli.ts'
import { Home } from './support/home.ts'
import { RealServer } from './support/real-server.ts'
import { Recorder } from './support/recorder.ts'
import { runVektor } from './support/run-vektor.ts'

const PASSWORD = 'correct horse battery'

let server: RealServer
let recorder: Recorder
/** The administrator's computer. */
let computer: Home
/** Another device, for whoever signs in there. */
let phone: Home

beforeAll(async () => {
  server = await RealServer.start()
  recorder = await Recorder.before(server.url)
  computer = await Home.create()
  phone = await Home.create()
  await register(computer, 'ana')
})

afterAll(async () => {
  await Promise.all([computer, phone].map((home) => home[Symbol.asyncDispose]()))
  await recorder[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

/** What it printed as JSON. */
async function vektor(home: Home, args: string[], stdin?: string) {
  const env = home.environment({ VEKTOR_URL: recorder.url })
  const { exitCode, stdout, stderr } = await runVektor([...args, '--json'], env, stdin)
  if (exitCode !== 0) throw new Error(`vektor ${args.join(' ')} ended with ${exitCode}: ${stderr}${stdout}`)
  return JSON.parse(stdout)
}

const register = (home: Home, username: string) =>
  vektor(home, ['register', '--email', `${username}@example.com`, '--username', username], PASSWORD)
const logIn = (home: Home, username: string) => vektor(home, ['login', '--username', username], PASSWORD)
const ask = () => vektor(computer, ['chat', 'Hola'])
const someConversation = async () => (await ask()).conversation_id
const someBackup = async () => (await vektor(computer, ['sync', 'backup', '--wait'])).backup_id
const addAdapter = () => vektor(computer, ['config', 'adapters', 'add', 'archive'], '{}')

/** The administrator signs in on the other device. */
async function otherDevice(): Promise<string> {
  await logIn(phone, 'ana')
  return (await vektor(computer, ['sync', 'sessions']))[0].device_id
}

async function expire(home: Home): Promise<void> {
  const file = credentialFile(folders({ HOME: home.path }, 'linux'), 'default', recorder.url)
  const credentials = await file.get()
  if (credentials) await file.set({ ...credentials, expires_at: 0 })
}

/** Ctrl-C, as soon as the answer is asked for. */
async function interruptAnswer(): Promise<void> {
  const env = computer.environment({ VEKTOR_URL: recorder.url })
  const child = spawn(process.execPath, [await builtCli(), 'chat', 'Hola'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  await once(child, 'close')
}

/** A command line for each operation that is made for applications. */
const COMMANDS: Record<string, () => Promise<unknown>> = {
  registerAccount: () => register(phone, 'bob'),
  deleteCurrentUser: async () => [await register(phone, 'carla'), await vektor(phone, ['account', 'delete', '--yes'])],
  logIn: () => logIn(phone, 'ana'),
  logOut: async () => [await logIn(phone, 'ana'), await vektor(phone, ['logout'])],
  async refreshSession() {
    await expire(computer)
    await vektor(computer, ['whoami'])
  },
  streamChat: ask,
  async followChat() {
    recorder.breakNext('POST /chat/stream')
    await ask()
  },
  cancelGeneration: interruptAnswer,
  listConversations: () => vektor(computer, ['history']),
  getConversation: async () => vektor(computer, ['history', 'show', await someConversation()]),
  updateConversation: async () => vektor(computer, ['history', 'rename', await someConversation(), 'Trip']),
  deleteConversation: async () => vektor(computer, ['history', 'delete', await someConversation(), '--yes']),
  exportConversation: async () => vektor(computer, ['history', 'export', await someConversation()]),
  exportHistory: () => vektor(computer, ['history', 'export', '--all']),
  importHistory: () => vektor(computer, ['history', 'import', '-'], '[]'),
  listModels: () => vektor(computer, ['models']),
  getCurrentUser: () => vektor(computer, ['whoami']),
  updateCurrentUser: () => vektor(computer, ['profile', 'set', '--username', 'ana']),
  async changePassword() {
    await register(phone, 'dora')
    await vektor(phone, ['password'], `${PASSWORD}\n${PASSWORD} staple\n`)
  },
  getPreferences: () => vektor(computer, ['preferences', 'get']),
  updatePreferences: () => vektor(computer, ['preferences', 'set', '--theme', 'dark']),
  listSessions: () => vektor(computer, ['sync', 'sessions']),
  endSession: async () => vektor(computer, ['sync', 'sessions', 'end', await otherDevice()]),
  listDevices: () => vektor(computer, ['sync', 'devices']),
  updateDevice: async () => vektor(computer, ['sync', 'devices', 'rename', await otherDevice(), 'Phone']),
  deleteDevice: async () => vektor(computer, ['sync', 'devices', 'remove', await otherDevice()]),
  createBackup: () => vektor(computer, ['sync', 'backup']),
  listBackups: () => vektor(computer, ['sync', 'backups']),
  getBackup: () => vektor(computer, ['sync', 'backup', '--wait']),
  deleteBackup: async () => vektor(computer, ['sync', 'backups', 'delete', await someBackup(), '--yes']),
  downloadBackup: () => vektor(computer, ['sync', 'backup', '--output', join(computer.path, 'vektor.tar.gz')]),
  async uploadBackup() {
    const file = join(computer.path, 'uploaded.tar.gz')
    await vektor(computer, ['sync', 'backup', '--output', file])
    await vektor(computer, ['sync', 'backups', 'upload', file])
  },
  verifyBackup: async () => vektor(computer, ['sync', 'verify', await someBackup()]),
  restoreBackup: async () => [await someBackup(), await vektor(computer, ['sync', 'restore', '--dry-run'])],
  listModelConfigs: () => vektor(computer, ['config', 'models']),
  listMcpServers: () => vektor(computer, ['config', 'mcp']),
  listAdapters: () => vektor(computer, ['config', 'adapters']),
  saveAdapter: addAdapter,
  getAdapter: async () => [await addAdapter(), await vektor(computer, ['config', 'adapters', 'show', 'archive'])],
  deleteAdapter: async () => [
    await addAdapter(),
    await vektor(computer, ['config', 'adapters', 'remove', 'archive', '--yes']),
  ],
  getHealth: () => vektor(computer, ['status', '--check']),
  getReadiness: () => vektor(computer, ['status', '--check']),
  getStatus: () => vektor(computer, ['status']),
}

test('every operation that is made for applications has a command, which asks for it', {
  timeout: 300_000,
}, async () => {
  const missing: string[] = []
  for (const { operationId, asked } of await readOperations()) {
    recorder.asked = []
    await COMMANDS[operationId]?.()
    // A signal takes its time.
    await vi
      .waitFor(() => expect(recorder.asked.some((one) => asked.test(one))).toBe(true))
      .catch(() => missing.push(operationId))
  }
  expect(missing).toEqual([])
})

/** The operations of the contract that the server serves. */
async function readOperations(): Promise<{ operationId: string; asked: RegExp }[]> {
  const { paths }: { paths: Record<string, object> } = await (await fetch(`${server.url}/openapi.json`)).json()
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, operation]) => operation.operationId && !operation['x-audience'])
      .map(([method, { operationId }]) => ({
        operationId,
        asked: new RegExp(`^${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      })),
  )
}
