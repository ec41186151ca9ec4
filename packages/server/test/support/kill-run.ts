import { setTimeout as delay } from 'node:timers/promises'
import { type ReceivedEvent, readEvents } from './event-stream.ts'
import { faultsOf, type StoredMessage } from './kill-check.ts'
import type { RandomAnswers } from './random-answers.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { ServerProcess } from './server-process.ts'
import { type SignedIn, signIn } from './sign-up.ts'

/** How many questions a kill meets. */
const AT_ONCE = 6
/** The kill comes at any moment of it; the questions are asked in its first third. */
const ROUND_MS = 1_000
/** How often a server is killed once more while it starts, and in which time of its start. */
const SHARE_AT_START = 0.1
const START_MS = 800
const RECOVERED_WITHIN_MS = 15_000

/** Where in an answer a kill came. */
type Moment = 'unacknowledged' | 'before the first token' | 'in the middle' | 'while ending' | 'after the end'

export interface KillReport {
  kills: number
  killsAtStart: number
  answers: number
  truncations: number
  moments: Record<Moment, number>
  faults: string[]
}

export interface KillRunOptions {
  server: ServerProcess
  /** Signed up there, with nothing in her history. */
  ana: SignedIn
  /** What the upstream of the server says. */
  answers: RandomAnswers
  random: SeededRandom
}

/** One question, and what its asker received until the kill. */
interface Question {
  content: string
  /** Goes on with it. */
  conversationId: string | undefined
  isSent: boolean
  isAcknowledged: boolean
  before: ReceivedEvent[]
}

/** What a question came to. */
interface Outcome {
  conversationId: string
  messageId: string
  question: Question
  stored: readonly StoredMessage[]
}

/**
 * Kills a server again and again while it answers, and looks after each time at what is left: in the history, for those who
 * asked, and for one who follows the whole account.
 */
export class KillRun {
  readonly report: KillReport = {
    kills: 0,
    killsAtStart: 0,
    answers: 0,
    truncations: 0,
    moments: {
      unacknowledged: 0,
      'before the first token': 0,
      'in the middle': 0,
      'while ending': 0,
      'after the end': 0,
    },
    faults: [],
  }
  readonly #options: KillRunOptions
  readonly #known: string[] = []
  #ana: SignedIn
  #rounds = 0
  /** Of the last round. */
  #conversations: string[] = []

  constructor(options: KillRunOptions) {
    this.#options = options
    this.#ana = options.ana
  }

  async round(): Promise<void> {
    const { random, server } = this.#options
    this.#rounds += 1
    const questions = Array.from({ length: AT_ONCE }, (_, index) => this.#question(index))
    const followed: ReceivedEvent[] = []
    const down = new AbortController()
    const receiving = [this.#follow(followed), ...questions.map((question) => this.#ask(question, down.signal))]
    await delay(random.next() * ROUND_MS)
    for (const question of questions) if (question.isSent) this.report.moments[this.#momentOf(question)] += 1
    server.kill('SIGKILL')
    down.abort()
    this.#requireQuiet((await server.ended).stdout)
    await Promise.all(receiving)
    this.report.kills += 1
    await this.#startAgain()
    await this.#examineAll(
      questions.filter(({ isSent }) => isSent),
      followed,
    )
  }

  /** Looks at everything that there ever was: no kill may harm what was whole before it. */
  async audit(): Promise<void> {
    const prompts: string[] = []
    for (const { id } of await this.#read<{ id: string }[]>('/chat/history')) {
      const messages = await this.#messages(id)
      for (const [index, { content, role, status }] of messages.entries()) {
        const question = messages[index - 1]?.content ?? ''
        if (role === 'user') prompts.push(content)
        else if (!this.#options.answers.of(question).text.startsWith(content)) this.#fault(`${question}: changed later`)
        if (status === 'in_progress') this.#fault(`${question}: in progress later`)
      }
    }
    const [stored, known] = [prompts.toSorted().join(), this.#known.toSorted().join()]
    if (stored !== known) this.#fault(`${prompts.length} prompts are stored, and ${this.#known.length} should be`)
  }

  /** Half of them go on with what the last kill has left. */
  #question(index: number): Question {
    const conversationId = this.#options.random.next() < 0.5 ? this.#conversations[index] : undefined
    const content = `Pregunta ${this.#rounds}.${index}`
    return { content, conversationId, isSent: false, isAcknowledged: false, before: [] }
  }

  async #ask(question: Question, down: AbortSignal): Promise<void> {
    await delay((this.#options.random.next() * ROUND_MS) / 3)
    if (down.aborted) return
    question.isSent = true
    await this.#receive(question.before, async () => {
      const response = await this.#post(question)
      question.isAcknowledged = true
      return response
    })
  }

  #post({ content, conversationId }: Question): Promise<Response> {
    const body = { model: 'gpt-4-stream', messages: [{ role: 'user', content }], conversation_id: conversationId }
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': content }
    return this.#ana.fetch('/chat/stream', { method: 'POST', headers, body: JSON.stringify(body) })
  }

  /** The whole account, from now on or from where it was left. */
  #follow(into: ReceivedEvent[], cursor?: string, signal: AbortSignal | null = null): Promise<void> {
    const headers = cursor === undefined ? {} : { 'Last-Event-ID': cursor }
    return this.#receive(into, () => this.#ana.fetch('/chat/stream', { headers, signal }))
  }

  /** What comes until the server is gone, or the reader. */
  async #receive(into: ReceivedEvent[], open: () => Promise<Response>): Promise<void> {
    try {
      const response = await open()
      if (response.status === 204) return
      for await (const event of readEvents(response)) into.push(event)
    } catch (error) {
      if (!isBroken(error)) this.#fault(String(error))
    }
  }

  #momentOf({ before, content, isAcknowledged }: Question): Moment {
    const { isWhole, text } = this.#options.answers.of(content)
    if (!isAcknowledged) return 'unacknowledged'
    if (before.at(-1)?.data.type === 'done') return 'after the end'
    if (isWhole) return 'while ending'
    return text === '' ? 'before the first token' : 'in the middle'
  }

  async #startAgain(): Promise<void> {
    const { random, server } = this.#options
    if (random.next() < SHARE_AT_START) {
      const starting = server.start().catch(() => undefined)
      await delay(random.next() * START_MS)
      server.kill('SIGKILL')
      await server.ended
      await starting
      this.report.killsAtStart += 1
    }
    await server.start()
    // A token lasts an hour, and a run may take longer.
    if (this.#rounds % 100 === 0) this.#ana = await signIn(server.fetch, this.#ana.username)
  }

  async #examineAll(questions: readonly Question[], followed: readonly ReceivedEvent[]): Promise<void> {
    const cursor = followed.at(-1)?.id
    const leaving = new AbortController()
    const after: ReceivedEvent[] = []
    const following = cursor === undefined ? undefined : this.#follow(after, cursor, leaving.signal)
    const outcomes = (await Promise.all(questions.map((question) => this.#examine(question)))).filter(
      (outcome) => outcome !== undefined,
    )
    this.#conversations = outcomes.map(({ conversationId }) => conversationId)
    if (!following) return
    const ids = outcomes.map(({ messageId }) => messageId)
    await this.#untilEnded(ids, [followed, after])
    leaving.abort()
    await following
    const of = (events: readonly ReceivedEvent[], id: string) => events.filter(({ data }) => data.message_id === id)
    for (const { messageId, question, stored } of outcomes)
      this.#check({ ...question, before: of(followed, messageId) }, of(after, messageId), stored)
  }

  /** Goes on with the answer, or asks again with the same key where nothing of it had come. */
  async #examine(question: Question): Promise<Outcome | undefined> {
    const { before, content } = question
    const { id: cursor, data } = before.at(-1) ?? {}
    const headers = { 'Last-Event-ID': cursor ?? '' }
    const signal = AbortSignal.timeout(RECOVERED_WITHIN_MS)
    const after: ReceivedEvent[] = []
    await this.#receive(after, () =>
      data ? this.#ana.fetch(`/chat/stream?message_id=${data.message_id}`, { headers, signal }) : this.#post(question),
    )
    const start = [...before, ...after].find(({ data: { type } }) => type === 'start')?.data
    if (!start?.conversation_id) return void this.#fault(`${content}: there is no answer`)
    const stored = await this.#messages(start.conversation_id)
    this.#known.push(content)
    this.report.answers += 1
    this.report.truncations += after.filter(({ data: { type } }) => type === 'truncate').length
    this.#check(question, after, stored)
    return { conversationId: start.conversation_id, messageId: start.message_id, question, stored }
  }

  #check({ before, content }: Question, after: readonly ReceivedEvent[], stored: readonly StoredMessage[]): void {
    const { isWhole, text: sent, timesAsked } = this.#options.answers.of(content)
    for (const fault of faultsOf({ question: content, sent, isWhole, timesAsked, before, after, stored }))
      this.#fault(fault)
  }

  async #untilEnded(messageIds: readonly string[], received: readonly (readonly ReceivedEvent[])[]): Promise<void> {
    const deadline = performance.now() + RECOVERED_WITHIN_MS
    const isEnded = (id: string) =>
      received.flat().some(({ data }) => data.message_id === id && ['done', 'error'].includes(data.type))
    while (!messageIds.every(isEnded) && performance.now() < deadline) await delay(5)
  }

  async #messages(conversationId: string): Promise<StoredMessage[]> {
    return (await this.#read<{ messages: StoredMessage[] }>(`/chat/history/${conversationId}`)).messages
  }

  async #read<Body>(path: string): Promise<Body> {
    return JSON.parse(await (await this.#ana.fetch(path)).text())
  }

  /** A server that is killed has nothing to complain of. */
  #requireQuiet(log: string): void {
    for (const line of log.split('\n')) if (/"level":"(error|fatal)"/.test(line)) this.#fault(line)
  }

  #fault(fault: string): void {
    this.report.faults.push(`round ${this.#rounds}: ${fault}`)
  }
}

/** The connection broke with the server, or its reader has left. */
function isBroken(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === 'AbortError'
  return error instanceof TypeError && /^(fetch failed|terminated)$/.test(error.message)
}
