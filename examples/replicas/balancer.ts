import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { Server } from './servers.ts'

const CHECK_EVERY_MS = 250

/** Sends each request to the next server that is ready, whoever sends it. */
export class Balancer implements AsyncDisposable {
  readonly #servers: readonly Server[]
  readonly #ready = new Set<Server>()
  readonly #http = createServer((incoming, outgoing) => {
    this.#handle(incoming, outgoing).catch(() => outgoing.destroy())
  })
  readonly #checks: NodeJS.Timeout
  #next = 0
  /** Which server was asked the question that came last. */
  asked: Server | undefined

  constructor(servers: readonly Server[]) {
    this.#servers = servers
    this.#checks = setInterval(() => void this.check(), CHECK_EVERY_MS)
  }

  async listen(): Promise<string> {
    this.#http.listen(0, '127.0.0.1')
    await once(this.#http, 'listening')
    const address = this.#http.address()
    if (typeof address !== 'object' || !address) throw new TypeError('The balancer has no port.')
    return `http://127.0.0.1:${address.port}`
  }

  /** Asks every server whether it is ready. */
  async check(): Promise<void> {
    await Promise.all(
      this.#servers.map(async (server) => {
        const answer = await fetch(`${server.url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(
          () => undefined,
        )
        await answer?.body?.cancel()
        if (answer?.ok) this.#ready.add(server)
        else this.#ready.delete(server)
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#checks)
    this.#http.close()
    this.#http.closeAllConnections()
    await once(this.#http, 'close')
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming)
    for (let tries = 0; tries < this.#servers.length; tries += 1) {
      const server = this.#choose()
      if (!server) break
      if (incoming.method === 'POST' && incoming.url === '/chat/stream') this.asked = server
      if (await pass(server, { incoming, outgoing, body })) return
      // Nobody listens there: nothing was done, so the next one may do it.
      this.#ready.delete(server)
    }
    outgoing.writeHead(503, { 'Retry-After': '1' }).end()
  }

  #choose(): Server | undefined {
    const ready = this.#servers.filter((server) => this.#ready.has(server))
    this.#next += 1
    return ready[this.#next % ready.length]
  }
}

interface Exchange {
  incoming: IncomingMessage
  outgoing: ServerResponse
  body: Buffer
}

/** False if the server could not be reached. What breaks later breaks for the client too, which knows how to go on. */
async function pass(server: Server, { incoming, outgoing, body }: Exchange): Promise<boolean> {
  const { method, url = '/', socket } = incoming
  const headers = { ...incoming.headers, 'x-forwarded-for': socket.remoteAddress }
  const asking = request(new URL(url, server.url), { method, headers, agent: false })
  const { promise, resolve } = Promise.withResolvers<boolean>()
  asking.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') return resolve(false)
    outgoing.destroy()
    resolve(true)
  })
  asking.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    // At once: an event stream is open when its headers are there.
    outgoing.flushHeaders()
    answer.on('error', () => outgoing.destroy())
    answer.pipe(outgoing)
    resolve(true)
  })
  outgoing.on('close', () => asking.destroy())
  asking.end(body)
  return promise
}
