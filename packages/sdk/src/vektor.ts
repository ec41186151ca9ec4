import { type Auth, createAuth, type Device } from './api/auth.ts'
import { type Backups, createBackups } from './api/backups.ts'
import { createApiClient } from './api/client.ts'
import { type Config, createConfig } from './api/config.ts'
import { createHistory, type History } from './api/history.ts'
import { createModels, type Models } from './api/models.ts'
import { createPreferences, type PreferencesApi } from './api/preferences.ts'
import { createSync, type Sync } from './api/sync.ts'
import { createSystem, type System } from './api/system.ts'
import { createUsers, type Users } from './api/users.ts'
import { type Chat, createChatOn } from './chat/chat.ts'
import { type CredentialStore, memoryStore } from './session/credentials.ts'
import { Session } from './session/session.ts'
import { createUpload } from './transport/bytes.ts'
import { type ConnectionOptions, connectTo } from './transport/options.ts'
import { dataOf, retrySafe } from './transport/send.ts'

/** What {@link createVektor} needs to know. */
export interface VektorOptions extends ConnectionOptions {
  /** Where credentials are kept; in memory unless you say otherwise. */
  store?: CredentialStore | undefined
  /** How this device presents itself when it signs in. */
  device?: Device | undefined
}

/** A client of one Vektor server. Everything it throws is a `VektorError`. */
export interface Vektor {
  readonly auth: Auth
  readonly backups: Backups
  readonly chat: Chat
  readonly config: Config
  readonly history: History
  readonly models: Models
  readonly preferences: PreferencesApi
  readonly sync: Sync
  readonly users: Users
  readonly system: System
}

/**
 * Makes a client of a Vektor server. It sends nothing by itself.
 *
 * @example
 * ```ts
 * import { createVektor } from '@vektor/sdk'
 *
 * const vektor = createVektor({ baseUrl: 'http://127.0.0.1:8000' })
 * await vektor.auth.logIn({ username: 'ana', password: 'correct horse battery' })
 * const stream = vektor.chat.stream({ model: 'eliza', messages: [{ role: 'user', content: 'Hola' }] })
 * for await (const piece of stream.text()) console.log(piece)
 * ```
 */
export function createVektor(options: VektorOptions): Vektor {
  const { store = memoryStore(), device = {} } = options
  if (!URL.canParse(options.baseUrl, globalThis.location?.href)) {
    throw new TypeError(`baseUrl is no address: "${options.baseUrl}". Give one such as http://127.0.0.1:8000.`)
  }
  const { baseUrl, send, reconnectForMs } = connectTo(options)
  const anonymous = createApiClient(baseUrl, retrySafe(send))
  const session = new Session(store, (token) =>
    dataOf(anonymous.POST('/auth/refresh', { body: { refresh_token: token } })),
  )
  const authorised = session.authorise(send)
  const client = createApiClient(baseUrl, retrySafe(authorised))
  const upload = createUpload(baseUrl, authorised)
  return {
    auth: createAuth(anonymous, session, device),
    backups: createBackups(client, upload, reconnectForMs),
    chat: createChatOn({ baseUrl, send: authorised, reconnectForMs }),
    config: createConfig(client),
    history: createHistory(client, upload),
    models: createModels(client),
    preferences: createPreferences(client),
    sync: createSync(client),
    users: createUsers(client, session),
    system: createSystem(anonymous, client),
  }
}
