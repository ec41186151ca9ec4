import { setTimeout as wait } from 'node:timers/promises'
import { type ChatEvent, type Vektor, VektorError } from '@vektor/sdk'
import type { AnswerOutput } from '../ask/print-answer.ts'
import { toJsonLine } from '../output/json.ts'
import { PacedOutput } from '../output/paced-output.ts'
import { Transcript } from './transcript.ts'

/** Whoever is being answered now is among the conversations that were asked last. */
const MOST_RECENT = 20
/** What is looked up may take so long, in milliseconds; then it is told without. */
const LONGEST_LOOKUP_MS = 1000

export interface FollowOptions {
  client: Pick<Vektor, 'chat' | 'history'>
  /** Nothing but this conversation. */
  conversationId?: string | undefined
  /** Each event as JSON on a line of its own. */
  isJson: boolean
  /** Aborting it ends the following. */
  signal: AbortSignal
  output: AnswerOutput
}

/** Prints what the account generates, on any device, from now on. Resolves when nobody reads it any more, or on the signal. */
export async function followAccount(options: FollowOptions): Promise<void> {
  const { client, conversationId, output, signal } = options
  const printer = new PacedOutput(output.stdout)
  const tell = options.isJson ? toJsonLine : tellerOf(client, signal)
  const feed = client.chat.followAll({
    signal,
    reconnectForMs: Number.POSITIVE_INFINITY,
    onConnection: (state) => output.tell(state === 'lost' ? 'Connection lost, resuming…' : 'Connected again.'),
  })
  try {
    for await (const event of only(conversationId, feed)) {
      await printer.write(await tell(event))
      if (printer.isClosed) return
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    await printer.endLine()
  }
}

/** Only the first events of an answer say which conversation it belongs to. */
async function* only(conversationId: string | undefined, feed: AsyncIterable<ChatEvent>): AsyncGenerator<ChatEvent> {
  const answers = new Set<string>()
  for await (const event of feed) {
    if ('conversation_id' in event && event.conversation_id === conversationId) answers.add(event.message_id)
    if (conversationId === undefined || answers.has(event.message_id)) yield event
    if (event.type === 'done' || event.type === 'error') answers.delete(event.message_id)
  }
}

/** For people. A conversation may have got another title since the last time it was heard of, or have been deleted. */
function tellerOf({ history }: Pick<Vektor, 'history'>, signal: AbortSignal): (event: ChatEvent) => Promise<string> {
  const titles = new Map<string, string>()
  const transcript = new Transcript(titles)
  let latest: string | undefined

  /** Gives the conversation that is being told, if it is there no more: no end of its answer comes in then. */
  async function lookUp(): Promise<string | undefined> {
    const recent = await history.list({ limit: MOST_RECENT })
    for (const { id, title } of recent) if (title !== null) titles.set(id, title)
    const { current } = transcript
    if (current === undefined || recent.some(({ id }) => id === current)) return undefined
    return history.get(current).then(
      () => undefined,
      (error: unknown) => (error instanceof VektorError && error.status === 404 ? current : undefined),
    )
  }

  return async (event) => {
    let text = ''
    if ('conversation_id' in event && event.message_id !== latest) {
      latest = event.message_id
      // Those that wait may be gone as well.
      for (let gone = await inTime(lookUp(), signal); gone; gone = await inTime(lookUp(), signal)) {
        text += transcript.forget(gone)
      }
    }
    return text + transcript.take(event)
  }
}

/** What cannot be looked up now, or not soon, is told without; if something is wrong, the stream will say so. */
async function inTime<T>(lookup: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const done = new AbortController()
  const limit = wait(LONGEST_LOOKUP_MS, undefined, { signal: AbortSignal.any([signal, done.signal]) })
  const first = Promise.race([lookup, limit]).catch(() => undefined)
  return first.finally(() => done.abort())
}
