import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** An answer that the test writes as the model. */
export class WrittenAnswer {
  readonly question: string
  readonly #response: ServerResponse

  constructor(question: string, response: ServerResponse) {
    this.question = question
    this.#response = response
  }

  write(content: string): void {
    this.#send({ delta: { content }, finish_reason: null })
  }

  end(): void {
    this.#send({ delta: {}, finish_reason: 'stop' })
    this.#response.end('data: [DONE]\n\n')
  }

  /** The model goes away in the middle of it. */
  breakOff(): void {
    this.#response.destroy()
  }

  #send(choice: object): void {
    this.#response.write(`data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`)
  }
}

/** A model for a real server (OpenAI's chat completions, streamed): tests write what it says. */
export class WrittenModel implements AsyncDisposable {
  readonly #asked: ((answer: WrittenAnswer) => void)[] = []
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error))
  })

  static async start(): Promise<WrittenModel> {
    const model = new WrittenModel()
    model.#server.listen(0, '127.0.0.1')
    await once(model.#server, 'listening')
    return model
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`
  }

  /** The next question that a server asks. */
  nextQuestion(): Promise<WrittenAnswer> {
    return new Promise((resolve) => this.#asked.push(resolve))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { messages }: { messages: { content: string }[] } = JSON.parse(await text(request))
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    this.#asked.shift()?.(new WrittenAnswer(messages.at(-1)?.content ?? '', response))
  }
}
