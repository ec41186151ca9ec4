import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { operations } from '../src/generated/openapi.ts'
import { createVektor, memoryStore, type Vektor } from '../src/index.ts'
import { startServer } from './support/test-server.ts'

/** The operations that are made for applications: no page, and nothing that only a tool would read. */
const OPERATIONS = readOperations()

const TOKENS = {
  access_token: 'access',
  token_type: 'bearer',
  expires_in: 3600,
  refresh_token: 'refresh',
  refresh_expires_in: 7200,
}
const USER = { username: 'ana', password: 'correct horse battery' }
const QUESTION = { model: 'eliza', messages: [{ role: 'user' as const, content: 'Hola' }] }

/** A method of the SDK for each of them. */
const METHODS: { [Id in keyof operations]?: (vektor: Vektor) => Promise<unknown> } = {
  registerAccount: ({ auth }) => auth.register({ ...USER, email: 'ana@example.com' }),
  logIn: ({ auth }) => auth.logIn(USER),
  // Whatever needs a token refreshes one that has expired.
  refreshSession: ({ users }) => users.me(),
  logOut: ({ auth }) => auth.logOut(),
  streamChat: ({ chat }) => chat.stream(QUESTION).final(),
  followChat: ({ chat }) => chat.follow({ messageId: 'm' }).final(),
  cancelGeneration: ({ chat }) => chat.cancel('m'),
  listConversations: ({ history }) => history.list(),
  getConversation: ({ history }) => history.get('c'),
  updateConversation: ({ history }) => history.update('c', { title: 'Trip' }),
  deleteConversation: ({ history }) => history.delete('c'),
  exportConversation: ({ history }) => history.export('c', { format: 'json', tree: true }),
  exportHistory: ({ history }) => Array.fromAsync(history.exportAll()),
  importHistory: ({ history }) => Array.fromAsync(history.import(new Blob(['[]']))),
  listModels: ({ models }) => models.list(),
  getCurrentUser: ({ users }) => users.me(),
  updateCurrentUser: ({ users }) => users.update({ username: 'ana' }),
  deleteCurrentUser: ({ users }) => users.delete(),
  changePassword: ({ users }) => users.changePassword(USER.password, 'another horse battery'),
  getPreferences: ({ preferences }) => preferences.get(),
  updatePreferences: ({ preferences }) => preferences.update({ theme: 'dark' }),
  listSessions: ({ sync }) => sync.sessions(),
  endSession: ({ sync }) => sync.endSession('d'),
  listDevices: ({ sync }) => sync.devices(),
  updateDevice: ({ sync }) => sync.renameDevice('d', 'Phone'),
  deleteDevice: ({ sync }) => sync.forgetDevice('d'),
  listBackups: ({ backups }) => backups.list(),
  createBackup: ({ backups }) => backups.create(),
  getBackup: ({ backups }) => backups.get('b'),
  deleteBackup: ({ backups }) => backups.delete('b'),
  downloadBackup: ({ backups }) => backups.download('b', { from: 1 }),
  uploadBackup: ({ backups }) => backups.upload(new Blob(['archive'])),
  verifyBackup: ({ backups }) => backups.verify('b'),
  restoreBackup: ({ backups }) => backups.restore({ dry_run: true }),
  listModelConfigs: ({ config }) => config.models(),
  listMcpServers: ({ config }) => config.mcpServers(),
  listAdapters: ({ config }) => config.adapters.list(),
  saveAdapter: ({ config }) => config.adapters.save('slack', {}),
  getAdapter: ({ config }) => config.adapters.get('slack'),
  deleteAdapter: ({ config }) => config.adapters.delete('slack'),
  getHealth: ({ system }) => system.health(),
  getReadiness: ({ system }) => system.readiness(),
  getStatus: ({ system }) => system.status(),
}

test.each(OPERATIONS)(
  '$operationId has a method, which asks for $method $path',
  async ({ operationId, method, path }) => {
    await using server = await startServer({
      'POST /auth/refresh': (exchange) => exchange.json(200, TOKENS),
      'GET /chat/stream': (exchange) => exchange.json(204, undefined),
      [`${method} ${path}`]: (exchange) => exchange.json(200, TOKENS),
    })
    const expired = { access_token: 'a', refresh_token: 'r', expires_at: 0, refresh_expires_at: Date.now() + 60_000 }
    const vektor = createVektor({ baseUrl: server.url, store: memoryStore(expired) })
    const call = METHODS[operationId]
    if (!call) throw new Error(`The SDK has no method for ${operationId}, or this test does not know it.`)
    // What the method makes of an answer is for other tests to tell.
    await call(vektor).catch(() => undefined)
    expect(server.asked(`${method} ${path}`)).not.toEqual([])
  },
)

interface Operation {
  operationId: keyof operations
  method: string
  path: string
}

function readOperations(): Operation[] {
  const url = new URL('../../server/src/generated/openapi.json', import.meta.url)
  const { paths }: { paths: Record<string, object> } = JSON.parse(readFileSync(url, 'utf8'))
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, operation]) => operation.operationId && !operation['x-audience'])
      .map(([method, { operationId }]) => ({ operationId, method: method.toUpperCase(), path })),
  )
}
