import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'

/** An OpenAI-compatible server that says the same to every question, piece by piece, and counts them. */
export class CountingUpstream implements AsyncDisposable {
  /** How often each question was asked. */
  readonly asked = new Map<string, number>()
  readonly #server
  readonly #pieces: readonly string[]

  private constructor(pieces: readonly string[]) {
    this.#pieces = pieces
    this.#server = createServer(async (request, response) => {
      const { messages }: { messages: { content: string }[] } = JSON.parse(await text(request))
      const question = messages.at(-1)?.content ?? ''
      this.asked.set(question, (this.asked.get(question) ?? 0) + 1)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const say = (delta: object, reason: string | null = null) =>
        response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`)
      for (const content of this.#pieces) {
        say({ content })
        await delay(20)
      }
      say({}, 'stop')
      response.end('data: [DONE]\n\n')
    })
  }

  static async start(pieces: readonly string[]): Promise<CountingUpstream> {
    const upstream = new CountingUpstream(pieces)
    upstream.#server.listen(0, '127.0.0.1')
    await once(upstream.#server, 'listening')
    return upstream
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
