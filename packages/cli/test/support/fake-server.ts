import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ChatEvent, ChatRequest, FinishReason, Message } from '@vektor/sdk'

const HOUR = 3600
const HEARTBEAT_MS = 15_000
const CONVERSATION = {
  title: null,
  model: 'eliza',
  created_at: '2025-07-09T14:20:00Z',
  updated_at: '2025-07-09T14:20:00Z',
}

/** An answer that the test itself writes, word by word. */
export class FakeAnswer {
  readonly id = randomUUID()
  readonly questionId = randomUUID()
  readonly request: ChatRequest
  readonly conversationId: string
  text = ''
  /** What the model thinks, and what its reader should know: told before the text. */
  reasoning = ''
  notice: string | undefined
  finishReason: FinishReason | undefined
  readonly #waiting = new Set<() => void>()

  constructor(request: ChatRequest) {
    this.request = request
    this.conversationId = request.conversation_id ?? randomUUID()
  }

  get question(): string {
    return this.request.messages.map(({ content }) => content).join('\n')
  }

  write(piece: string): void {
    this.text += piece
    this.#wake()
  }

  end(reason: FinishReason = 'stop'): void {
    this.finishReason ??= reason
    this.#wake()
  }

  async changed(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting.add(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  get messages(): Message[] {
    const { messages, parent_id: before = null } = this.request
    const created_at = '2025-07-09T14:20:00Z'
    const asked = messages.map(({ content: said }): Message => {
      const content =
        typeof said === 'string' ? said : said.map((part) => (part.type === 'text' ? part.text : '')).join('')
      return { id: this.questionId, role: 'user', content, status: 'completed', created_at, parent_id: before }
    })
    const parent_id = messages.length > 0 ? this.questionId : before
    const status =
      this.finishReason === undefined ? 'in_progress' : this.finishReason === 'stop' ? 'completed' : 'cancelled'
    const notices = this.notice === undefined ? {} : { notices: [{ code: 'context-trimmed', detail: this.notice }] }
    return [...asked, { id: this.id, role: 'assistant', content: this.text, ...notices, status, created_at, parent_id }]
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}

/** A server that knows as much of the contract as a conversation needs, and whose answers, pauses and faults a test makes. */
export class FakeServer implements AsyncDisposable {
  readonly answers: FakeAnswer[] = []
  readonly requests: string[] = []
  models = [{ name: 'eliza', description: 'Always there.', available: true }]
  /** Answers with this problem instead of streaming. */
  refusal: { status: number; code: string; detail: string } | undefined
  /** Keeps whoever asks for a conversation waiting. */
  historyGate: Promise<void> | undefined
  /** Takes questions and says nothing to them. */
  isSilent = false
  /** Never answers the wish to stop. */
  isDeafToStop = false
  #port = 0
  #server = createServer((request, response) => this.#serve(request, response))
  readonly #asked: ((answer: FakeAnswer) => void)[] = []
  readonly #keys = new Map<string, FakeAnswer>()

  static async start(): Promise<FakeServer> {
    const server = new FakeServer()
    await server.comeBack()
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** The next question that is asked. */
  nextQuestion(): Promise<FakeAnswer> {
    return new Promise((resolve) => this.#asked.push(resolve))
  }

  async goAway(): Promise<void> {
    this.#server.closeAllConnections()
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve))
  }

  async comeBack(): Promise<void> {
    this.#server = createServer((request, response) => this.#serve(request, response))
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.goAway()
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    const operation = `${request.method} ${url.pathname}`
    this.requests.push(operation)
    const body = await text(request)
    const at = url.pathname.split('/').at(operation.endsWith('/cancel') ? -2 : -1)
    if (operation === 'POST /auth/login') return json(response, TOKENS)
    if (operation === 'GET /users/me')
      return json(response, { username: 'ana', email: 'ana@example.com', role: 'user' })
    if (operation === 'GET /users/preferences') return json(response, { default_model: null })
    if (operation === 'GET /chat/models') return json(response, this.models)
    if (operation === 'GET /chat/history') return json(response, this.#conversations())
    if (operation.startsWith('GET /chat/history/')) {
      const conversation = this.#conversation(at ?? '')
      await this.historyGate
      return json(response, conversation)
    }
    if (operation.endsWith('/cancel') && this.isDeafToStop) return undefined
    if (operation.endsWith('/cancel')) return this.#cancel(at ?? '', response)
    if (operation === 'POST /chat/stream') return this.#ask(body, request, response)
    if (url.search === '') return stayOpen(response)
    const id = url.searchParams.get('message_id')
    const answer = this.answers.find((one) => one.id === id)
    return answer ? stream(answer, request, response) : json(response, { type: '/problems/message-not-found' }, 404)
  }

  #ask(body: string, request: IncomingMessage, response: ServerResponse): Promise<void> | void {
    if (this.refusal) {
      const { status, code, detail } = this.refusal
      const rest = { instance: '/chat/stream', request_id: 'request-1' }
      return json(response, { type: `/problems/${code}`, title: code, status, detail, ...rest }, status)
    }
    const key = String(request.headers['idempotency-key'])
    const known = this.#keys.get(key)
    const answer = known ?? new FakeAnswer(JSON.parse(body))
    this.#keys.set(key, answer)
    if (!known) {
      this.answers.push(answer)
      this.#asked.shift()?.(answer)
    }
    if (this.isSilent) return undefined
    return stream(answer, request, response)
  }

  #cancel(id: string, response: ServerResponse): void {
    const answer = this.answers.find((one) => one.id === id)
    answer?.end('cancelled')
    json(response, answer?.messages.at(-1))
  }

  #conversations() {
    const ids = [...new Set(this.answers.map((answer) => answer.conversationId))]
    return ids.toReversed().map((id) => ({ ...CONVERSATION, id, message_count: 2 }))
  }

  #conversation(id: string) {
    const messages = this.answers.filter((answer) => answer.conversationId === id).flatMap((answer) => answer.messages)
    return { ...CONVERSATION, id, current_message_id: messages.at(-1)?.id ?? null, messages }
  }
}

const TOKENS = {
  access_token: 'access',
  token_type: 'bearer',
  expires_in: HOUR,
  refresh_token: 'refresh',
  refresh_expires_in: 24 * HOUR,
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json'
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body))
}

/** Sends the answer from the viewer's cursor on, as it grows. A cursor is the length of the text that was received. */
async function stream(answer: FakeAnswer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const ids = { message_id: answer.id, conversation_id: answer.conversationId }
  const last = request.headers['last-event-id']
  let sent = last === undefined ? 0 : Number(last)
  if (last === undefined) send(response, 0, { type: 'start', model: 'eliza', parent_id: null, ...ids })
  while (!gone.signal.aborted) {
    const content = answer.text.slice(sent)
    if (sent === 0 && content !== '') sendAside(response, answer)
    sent = answer.text.length
    if (content !== '') send(response, sent, { type: 'delta', message_id: answer.id, content })
    else if (answer.finishReason) break
    else await answer.changed(gone.signal)
  }
  if (answer.finishReason) {
    send(response, sent, { type: 'done', message_id: answer.id, finish_reason: answer.finishReason })
  }
  response.end()
}

function sendAside(response: ServerResponse, { id: message_id, reasoning, notice }: FakeAnswer): void {
  if (notice !== undefined) send(response, 0, { type: 'notice', message_id, code: 'context-trimmed', detail: notice })
  if (reasoning !== '') send(response, 0, { type: 'reasoning', message_id, content: reasoning })
}

/** The stream of the whole account, on which nobody else ever asks anything. */
function stayOpen(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write('id: 0\n\n')
  const heartbeat = setInterval(() => response.write(': heartbeat\n\n'), HEARTBEAT_MS)
  response.on('close', () => clearInterval(heartbeat))
}

function send(response: ServerResponse, cursor: number, event: ChatEvent): void {
  response.write(`id: ${cursor}\ndata: ${JSON.stringify(event)}\n\n`)
}
