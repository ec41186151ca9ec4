import { once } from 'node:events'
import { createServer, type ServerOptions } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { pino } from 'pino'
import { AppError } from '../../src/app-error.ts'
import { createHttpApp, type HttpAppOptions } from '../../src/http/app.ts'
import type { Authenticator } from '../../src/http/authenticator.ts'
import { BodyStream } from '../../src/http/body-stream.ts'
import { answerClientErrors } from '../../src/http/client-error.ts'
import type { Caller, Frames, Handlers } from '../../src/http/handler.ts'
import { RequestLimits } from '../../src/http/limits.ts'
import { localCounters } from '../../src/limits/open-counters.ts'

/** What the handlers of the small contract get. */
export interface SmallContext {
  caller: Caller
  params: Record<string, string>
  query: Record<string, unknown>
  headers: Record<string, unknown>
  body: unknown
}
export type SmallHandler = (context: SmallContext) => Promise<object>

export interface LogLine {
  level: string
  msg: string
  [field: string]: unknown
}

export interface SmallServer extends AsyncDisposable {
  url: string
  /** What was logged, in order. */
  logs: LogLine[]
  authenticator: TestAuthenticator
  /** What waits in the sockets of the server to be taken by the kernel. */
  readonly bufferedBytes: number
  closeStreams(): Promise<void>
}

export interface SmallServerOptions extends Partial<Omit<HttpAppOptions, 'handlers' | 'authenticator'>> {
  handlers?: Readonly<Record<string, SmallHandler>>
  frames?: Frames
  /** How long others may keep Node waiting. */
  patience?: ServerOptions
}

/** An HTTP server of `smallContract`, whose handlers tell what they got unless they are replaced. */
export async function startSmallServer(options: SmallServerOptions = {}): Promise<SmallServer> {
  const logs: LogLine[] = []
  const write = (line: string) => logs.push(JSON.parse(line))
  const log = pino({ level: 'debug', base: null, formatters: { level: (level) => ({ level }) } }, { write })
  const authenticator = new TestAuthenticator()
  const { frames = noFrames, handlers, patience = {}, ...rest } = options
  const all = { ...echoHandlers(frames), ...handlers }
  const { app, closeStreams } = createHttpApp({
    contract: smallContract,
    // The contract is not the one that the types were made from.
    handlers: all as unknown as Handlers,
    authenticator,
    limits: new RequestLimits(localCounters(), 1_000_000),
    log,
    bodyLimitBytes: 1_000_000,
    streamLimits: { upload: 1_000_000 },
    ...rest,
  })
  const server = createServer(patience, app)
  answerClientErrors(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    logs,
    authenticator,
    closeStreams,
    get bufferedBytes() {
      return [...sockets].reduce((sum, socket) => sum + socket.writableLength, 0)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export const TOKEN = { Authorization: 'Bearer good' }

/** Knows the bearer tokens `good` of a user and `royal` of an administrator, and one cookie, `sweet`, of one session. */
export class TestAuthenticator implements Authenticator {
  readonly #sessions = new Map<string, Set<AbortController>>()
  #isOver = false
  /** How often it was asked who somebody is. */
  asked = 0

  async authenticateBearer(token: string): Promise<Caller> {
    return this.#authenticate(token === 'good' || token === 'royal', token === 'royal' ? 'administrator' : 'user')
  }

  async authenticateStreamCookie(cookie: string): Promise<Caller> {
    return this.#authenticate(cookie === 'sweet')
  }

  watch(sessionId: string) {
    const watches = this.#sessions.get(sessionId) ?? new Set()
    const controller = new AbortController()
    this.#sessions.set(sessionId, watches.add(controller))
    if (this.#isOver) controller.abort()
    return { ended: controller.signal, [Symbol.dispose]: () => void watches.delete(controller) }
  }

  /** How many streams wait for the session to end. */
  get watching(): number {
    return this.#sessions.get('session')?.size ?? 0
  }

  /** Ends the session; `silently` if nobody who watches already is to hear of it. */
  endSession({ silently = false } = {}): void {
    this.#isOver = true
    if (!silently) for (const controller of this.#sessions.get('session') ?? []) controller.abort()
  }

  #authenticate(isKnown: boolean, role: Caller['role'] = 'user'): Caller {
    this.asked += 1
    if (!isKnown) throw new AppError('unauthorized', 'Sign in again.')
    return { accountId: 'ana', sessionId: 'session', deviceId: 'laptop', role }
  }
}

const noFrames: Frames = async function* () {}

function echoHandlers(frames: Frames): Record<string, SmallHandler> {
  const echo: SmallHandler = async ({ params, query, headers, body }) => ({
    status: 200,
    body: { params, query, headers, ...(body !== undefined && { body }) },
  })
  return {
    ping: async () => ({ status: 200, body: { status: 'ok' } }),
    getThing: echo,
    getNewestThing: async () => ({ status: 200, body: { newest: true } }),
    createThing: echo,
    deleteThing: async () => ({ status: 204 }),
    fillForm: echo,
    wish: echo,
    upload: async ({ body }) => {
      let size = 0
      if (body instanceof BodyStream) for await (const chunk of body) size += chunk.length
      return { status: 200, body: { size } }
    },
    watchThings: async () => ({ status: 200, frames }),
  }
}

const anything = { content: { 'application/json': { schema: {} } }, description: 'What was sent.' }
const thingId = { name: 'thing_id', in: 'path', required: true, schema: { type: 'string' } }
const json = (name: string) => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } })

export const smallContract = {
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  paths: {
    '/ping': { get: { operationId: 'ping', tags: ['system'], security: [], responses: { 200: anything } } },
    '/things/{thing_id}': {
      parameters: [thingId],
      get: {
        operationId: 'getThing',
        security: [{ bearer: [] }],
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 200 } },
          { name: 'deep', in: 'query', schema: { type: 'boolean' } },
          { name: 'q', in: 'query', schema: { type: 'string', maxLength: 10 } },
          { name: 'X-Note', in: 'header', schema: { type: 'string', maxLength: 10 } },
        ],
        responses: { 200: anything },
      },
      delete: { operationId: 'deleteThing', security: [{ bearer: [] }], responses: { 204: { description: 'Gone.' } } },
    },
    '/things/newest': { get: { operationId: 'getNewestThing', security: [], responses: { 200: anything } } },
    '/things': {
      post: {
        operationId: 'createThing',
        security: [{ bearer: [] }],
        requestBody: { required: true, content: json('Thing') },
        responses: { 200: anything },
      },
    },
    '/form': {
      post: {
        operationId: 'fillForm',
        security: [],
        requestBody: {
          required: true,
          content: { 'application/x-www-form-urlencoded': { schema: { $ref: '#/components/schemas/Form' } } },
        },
        responses: { 200: anything },
      },
    },
    '/wish': {
      post: {
        operationId: 'wish',
        security: [],
        requestBody: { required: false, content: json('Thing') },
        responses: { 200: anything },
      },
    },
    '/upload': {
      post: {
        operationId: 'upload',
        security: [{ bearer: [] }],
        'x-body-limit': 'upload',
        requestBody: {
          required: true,
          content: {
            'application/gzip': { schema: { type: 'string', format: 'binary' } },
            'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
          },
        },
        responses: { 200: anything },
      },
    },
    '/stream': {
      get: {
        operationId: 'watchThings',
        security: [{ bearer: [] }, { cookie: [] }],
        responses: {
          200: {
            description: 'Things.',
            content: { 'text/event-stream': { schema: { $ref: '#/components/schemas/Event' } } },
          },
        },
      },
    },
  },
  components: {
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'stream_cookie' },
    },
    schemas: {
      Thing: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: {
          name: { type: 'string', minLength: 2, maxLength: 100_000 },
          count: { type: 'integer', minimum: 0 },
          color: { type: 'string', enum: ['red', 'blue'] },
          tags: { type: 'array', maxItems: 3, items: { type: 'string', minLength: 1 } },
          link: { type: ['string', 'null'], format: 'uri' },
          code: { type: 'string', pattern: '^[a-z]+$', description: 'A word in small letters. Nothing else.' },
          extra: { type: 'object' },
        },
      },
      Form: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: {
          name: { type: 'string', minLength: 1 },
          count: { type: 'integer' },
          agreed: { type: 'boolean' },
        },
      },
      Event: {
        type: 'object',
        additionalProperties: false,
        required: ['n'],
        properties: { n: { type: 'integer' } },
      },
    },
  },
}

/** The body of a problem. */
export interface ProblemBody {
  type: string
  status: number
  detail: string
  instance: string
  request_id: string
  errors?: { pointer: string; detail: string }[]
}

export async function readProblem(response: Response): Promise<ProblemBody> {
  return (await response.json()) as ProblemBody
}

/** Waits until it holds. */
export async function until(holds: () => boolean, milliseconds = 5_000): Promise<void> {
  const deadline = performance.now() + milliseconds
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`It did not hold within ${milliseconds} ms: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
