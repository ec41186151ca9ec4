import type { ChatEvent, Vektor } from '@vektor/sdk'
import type { AnswerOutput } from '../ask/print-answer.ts'
import { toJsonLine } from '../output/json.ts'
import { PacedOutput } from '../output/paced-output.ts'
import { Transcript } from './transcript.ts'

/** Whoever is being answered now is among the conversations that were asked last. */
const MOST_RECENT = 20

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
  const tell = options.isJson ? toJsonLine : tellerOf(client)
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

/** For people. A conversation may have got another title since the last time it was heard of. */
function tellerOf({ history }: Pick<Vektor, 'history'>): (event: ChatEvent) => Promise<string> {
  const titles = new Map<string, string>()
  const transcript = new Transcript(titles)
  let latest: string | undefined
  const lookUp = async () => {
    for (const { id, title } of await history.list({ limit: MOST_RECENT })) if (title !== null) titles.set(id, title)
  }
  return async (event) => {
    const isNews = 'conversation_id' in event && event.message_id !== latest
    if (isNews) latest = event.message_id
    // What cannot be looked up now is told by its id; if something is wrong, the stream will say so.
    if (isNews) await lookUp().catch(() => undefined)
    return transcript.take(event)
  }
}
