import { type ChatStream, createVektor, type Vektor } from '@vektor/sdk'
import { expect, vi } from 'vitest'
import { Home } from './home.ts'
import { RealServer } from './real-server.ts'
import { runVektor } from './run-vektor.ts'
import { type WrittenAnswer, WrittenModel } from './written-model.ts'

const PASSWORD = 'correct horse battery'

/** As long as a busy machine may take. */
export const PATIENT = { timeout: 45_000 }
/** For a test that starts a server again. */
export const SLOW = 150_000

/** An answer under way that was asked for on the phone. */
export interface Asked {
  answer: WrittenAnswer
  stream: ChatStream
  conversationId: string
}

/** A real server, a model that the test writes, and people with a computer and a phone. */
export class TwoDevices implements AsyncDisposable {
  readonly model: WrittenModel
  readonly server: RealServer
  readonly #administrator: Vektor
  #people = 0

  private constructor(model: WrittenModel, server: RealServer, administrator: Vektor) {
    this.model = model
    this.server = server
    this.#administrator = administrator
  }

  static async start(): Promise<TwoDevices> {
    const model = await WrittenModel.start()
    const server = await RealServer.start({ modelUrl: model.url })
    return new TwoDevices(model, server, await signUp(server.url, 'administrator'))
  }

  /** Somebody new, signed in on both. */
  async person(): Promise<Person> {
    const username = `user${++this.#people}`
    const phone = await signUp(this.server.url, username)
    const computer = await Home.create()
    const person = new Person(this.model, { username, computer, phone })
    await person.signIn(this.server.url)
    return person
  }

  /** Whoever follows misses nothing that is asked from then on. */
  untilOpenStreams(count: number): Promise<void> {
    const isSo = async () => expect((await this.#administrator.system.status()).active_streams).toBe(count)
    return vi.waitFor(isSo, PATIENT)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
    await this.model[Symbol.asyncDispose]()
  }
}

export class Person implements AsyncDisposable {
  /** Where `vektor` runs. */
  readonly computer: Home
  readonly phone: Vektor
  readonly #username: string
  readonly #model: WrittenModel

  constructor(model: WrittenModel, { username, computer, phone }: { username: string; computer: Home; phone: Vektor }) {
    this.#model = model
    this.#username = username
    this.computer = computer
    this.phone = phone
  }

  /** On the computer. */
  async signIn(url: string): Promise<void> {
    await runVektor(['login', '--username', this.#username, '--url', url], this.computer.environment(), PASSWORD)
  }

  /** Asks on the phone; gives the answer to write. */
  async ask(question: string, conversationId?: string): Promise<Asked> {
    const asked = this.#model.nextQuestion()
    const stream = this.phone.chat.stream({
      model: 'written',
      messages: [{ role: 'user', content: question }],
      ...(conversationId !== undefined && { conversation_id: conversationId }),
    })
    const [answer] = await Promise.all([asked, stream[Symbol.asyncIterator]().next()])
    return { answer, stream, conversationId: stream.conversationId ?? '' }
  }

  /** Asks on the phone, and is answered. Gives the id of the conversation. */
  async exchange(question: string, reply: string, conversationId?: string): Promise<string> {
    const { answer, stream, ...asked } = await this.ask(question, conversationId)
    answer.write(reply)
    answer.end()
    await stream.final()
    return asked.conversationId
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What is still read there ends too.
    await this.phone.auth.logOut()
    await this.computer[Symbol.asyncDispose]()
  }
}

async function signUp(baseUrl: string, username: string): Promise<Vektor> {
  const client = createVektor({ baseUrl })
  await client.auth.register({ email: `${username}@example.com`, username, password: PASSWORD })
  await client.auth.logIn({ username, password: PASSWORD })
  return client
}
