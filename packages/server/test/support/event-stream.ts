import { createParser } from 'eventsource-parser'

/** One event as it came over the wire. */
export interface ReceivedEvent {
  /** The cursor. */
  id: string
  data: {
    type: string
    message_id: string
    content?: string
    length?: number
    conversation_id?: string
    finish_reason?: string
    [field: string]: unknown
  }
}

/** The events of a response, as they come. Leaving the loop closes the connection. */
export async function* readEvents(response: Response): AsyncGenerator<ReceivedEvent> {
  if (response.status !== 200 || !response.body)
    throw new Error(`No stream: ${response.status} ${await response.text()}`)
  const events: ReceivedEvent[] = []
  const parser = createParser({
    onEvent: ({ id = '', data }) => events.push({ id, data: JSON.parse(data) }),
    onError: (error) => {
      throw error
    },
  })
  const decoder = new TextDecoder()
  const reader = response.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      yield* events.splice(0)
    }
  } finally {
    // Not waited for: one half of a stream that was split in two waits for the other.
    void reader.cancel().catch(() => undefined)
  }
}

export async function readAllEvents(response: Response): Promise<ReceivedEvent[]> {
  const events: ReceivedEvent[] = []
  for await (const event of readEvents(response)) events.push(event)
  return events
}

/** The text that a client has after these events, truncations included. */
export function textOf(events: readonly ReceivedEvent[]): string {
  let text = ''
  for (const { data } of events) {
    if (data.type === 'delta') text += data.content
    if (data.type === 'truncate') text = text.slice(0, data.length)
  }
  return text
}
