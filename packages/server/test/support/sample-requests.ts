import { archiveBytes } from './archives.ts'
import { makeBackup } from './backups.ts'
import { readAllEvents } from './event-stream.ts'
import { PASSWORD, type ServerFetch, type SignedIn } from './sign-up.ts'
import type { TestServer } from './test-server.ts'

/** Those whom a request is about: Ana owns what it names, and an administrator can set up what the server owns. */
export interface People {
  ana: SignedIn & { accountId: string }
  administrator: SignedIn
  /** Everybody else who may ask, where that matters. */
  others?: readonly SignedIn[]
  /** Without anybody's token. */
  fetch: ServerFetch
}

/** Signs them up on a new server, whose first account is the administrator. */
export async function meetPeople(server: TestServer): Promise<People> {
  const administrator = await server.signUp('root')
  return { administrator, ana: await server.signUp('ana'), fetch: server.fetch }
}

/** A request that succeeds for whoever may send it. */
export interface SampleRequest {
  /** What the path's parameters stand for. */
  path?: Readonly<Record<string, string>>
  query?: Readonly<Record<string, string>>
  headers?: Readonly<Record<string, string>>
  json?: unknown
  form?: Readonly<Record<string, string>>
  bytes?: Uint8Array<ArrayBuffer>
}

type Prepare = (people: People) => Promise<SampleRequest> | SampleRequest

let count = 0
const unique = (prefix: string) => `${prefix}-${process.pid}-${++count}`

export const CHAT = { model: 'eliza', messages: [{ role: 'user', content: 'El secreto de Ana' }] }

/** How to ask for each operation, with real objects of Ana's where its path names some. A new operation needs a row. */
export const SAMPLE_REQUESTS: Readonly<Record<string, Prepare>> = {
  registerAccount: () => {
    const username = unique('new')
    return { json: { email: `${username}@example.org`, username, password: PASSWORD } }
  },
  logIn: ({ ana }) => ({ form: { username: ana.username, password: PASSWORD } }),
  refreshSession: ({ ana }) => ({ json: { refresh_token: ana.refreshToken } }),
  logOut: () => ({ json: { refresh_token: 'of nobody' } }),
  streamChat: () => ({ json: CHAT }),
  followChat: () => ({}),
  cancelGeneration: async ({ ana }) => ({ path: { message_id: (await chatOf(ana)).messageId } }),
  listConversations: async ({ ana }) => chatOf(ana).then(() => ({})),
  getConversation: ({ ana }) => conversationOf(ana),
  updateConversation: async ({ ana }) => ({ ...(await conversationOf(ana)), json: { title: 'Otro título' } }),
  deleteConversation: ({ ana }) => conversationOf(ana),
  exportConversation: async ({ ana }) => ({ ...(await conversationOf(ana)), query: { format: 'html' } }),
  exportHistory: async ({ ana }) => chatOf(ana).then(() => ({})),
  importHistory: () => ({ json: [] }),
  listModels: () => ({}),
  getCurrentUser: () => ({}),
  updateCurrentUser: () => ({ json: { avatar_url: 'https://example.org/face.png' } }),
  deleteCurrentUser: () => ({}),
  changePassword: () => ({ json: { current_password: PASSWORD, new_password: 'Otra-Corriente-72' } }),
  getPreferences: () => ({}),
  updatePreferences: () => ({ json: { theme: 'light' } }),
  listSessions: () => ({}),
  endSession: async (people) => ({ path: { device_id: await deviceOf(people) } }),
  listDevices: () => ({}),
  updateDevice: async (people) => ({ path: { device_id: await deviceOf(people) }, json: { name: 'Otro nombre' } }),
  deleteDevice: async (people) => ({ path: { device_id: await deviceOf(people) } }),
  listBackups: async ({ ana }) => makeBackup(ana).then(() => ({})),
  createBackup: () => ({ json: { recipients: [] } }),
  getBackup: ({ ana }) => backupOf(ana),
  deleteBackup: ({ ana }) => backupOf(ana),
  downloadBackup: ({ ana }) => backupOf(ana),
  verifyBackup: ({ ana }) => backupOf(ana),
  uploadBackup: async () => ({ bytes: await archiveBytes(), headers: { 'Content-Type': 'application/gzip' } }),
  restoreBackup: async ({ ana, others = [] }) => {
    for (const who of [ana, ...others]) await makeBackup(who)
    return { json: { mode: 'replace' } }
  },
  listModelConfigs: () => ({}),
  listMcpServers: () => ({}),
  listAdapters: () => ({}),
  saveAdapter: () => ({ json: { name: unique('adapter'), settings: {} } }),
  getAdapter: async (people) => ({ path: { name: await adapterOf(people) } }),
  deleteAdapter: async (people) => ({ path: { name: await adapterOf(people) } }),
  getHealth: () => ({}),
  getReadiness: () => ({}),
  getStatus: () => ({}),
  getMetrics: () => ({}),
  getHomePage: () => ({}),
  getSwaggerPage: () => ({}),
  getRedocPage: () => ({}),
  getContractJson: () => ({}),
  getContractYaml: () => ({}),
  getProblemListPage: () => ({}),
  getProblemPage: () => ({ path: { code: 'unauthorized' } }),
  getAsset: async ({ fetch }) => ({ path: { file_name: await assetOf(fetch) } }),
}

/** A conversation with one answer that is complete. */
export async function chatOf({
  fetch,
}: SignedIn): Promise<{ conversationId: string; messageId: string; cursor: string }> {
  const response = await fetch('/chat/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(CHAT),
  })
  const [first] = await readAllEvents(response)
  if (!first?.data.conversation_id) throw new TypeError('No conversation began.')
  return { conversationId: first.data.conversation_id, messageId: first.data.message_id, cursor: first.id }
}

async function conversationOf(ana: SignedIn): Promise<SampleRequest> {
  return { path: { conversation_id: (await chatOf(ana)).conversationId } }
}

async function backupOf(ana: SignedIn): Promise<SampleRequest> {
  return { path: { backup_id: (await makeBackup(ana)).backup_id } }
}

/** One more device of Ana's, signed in. */
async function deviceOf({ ana, fetch }: People): Promise<string> {
  const id = unique('device')
  const body = new URLSearchParams({ username: ana.username, password: PASSWORD })
  const response = await fetch('/auth/login', { method: 'POST', headers: { 'X-Device-Id': id }, body })
  await response.body?.cancel()
  return id
}

/** The page says which files there are. */
async function assetOf(fetch: ServerFetch): Promise<string> {
  const page = await (await fetch('/docs')).text()
  const [, name] = /assets\/([\w.-]+)/.exec(page) ?? []
  if (!name) throw new TypeError('The page loads no file.')
  return name
}

async function adapterOf({ administrator }: People): Promise<string> {
  const name = unique('adapter')
  const response = await administrator.fetch('/config/adapters', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name, settings: {} }),
  })
  if (response.status !== 201) throw new TypeError(`No adapter: ${await response.text()}`)
  return name
}

/** The address of an operation, with everything that a path could misunderstand escaped. */
export function addressOf(template: string, { path = {}, query = {} }: SampleRequest): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
  const search = new URLSearchParams(query).toString()
  return search === '' ? filled : `${filled}?${search}`
}

export function initOf(
  method: string,
  { bytes, headers, json, form }: SampleRequest,
): RequestInit & { headers: Headers } {
  const init = { method: method.toUpperCase(), headers: new Headers(headers) }
  if (bytes) return { ...init, body: bytes }
  if (form) return { ...init, body: new URLSearchParams(form) }
  if (json === undefined) return init
  init.headers.set('Content-Type', 'application/json')
  return { ...init, body: JSON.stringify(json) }
}
