/**
 * What reading an answer costs, beside a reader written by hand for just these frames, which neither resumes nor watches.
 * From a real server in another process, one event at a time and many; CPU time of this process, medians.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createParser } from 'eventsource-parser'
import { type ChatEvent, createVektor } from '../src/index.ts'
import { cpuMilliseconds, printTable } from './support/cpu.ts'

const EVENTS = 10_000
const ROUNDS = 7
const QUESTION = { model: 'eliza', messages: [{ role: 'user' as const, content: 'Hola' }] }

type Read = (url: string, onEvent: (event: ChatEvent) => void) => Promise<void>

const byHand: Read = async (url, onEvent) => {
  const { body } = await fetch(url)
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  for (;;) {
    const { value } = (await reader?.read()) ?? {}
    if (!value) return
    rest += decoder.decode(value, { stream: true })
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      onEvent(JSON.parse(rest.slice(rest.indexOf('data: ') + 6, end)))
      rest = rest.slice(end + 2)
    }
  }
}

const withParser: Read = async (url, onEvent) => {
  const { body } = await fetch(url)
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  const parser = createParser({ onEvent: ({ data }) => onEvent(JSON.parse(data)) })
  for (;;) {
    const { value } = (await reader?.read()) ?? {}
    if (!value) return
    parser.feed(decoder.decode(value, { stream: true }))
  }
}

const sdk: Read = async (url, onEvent) => {
  const { chat } = createVektor({ baseUrl: 'http://vektor.invalid', fetch: () => fetch(url) })
  for await (const event of chat.stream(QUESTION)) onEvent(event)
}

const READERS = { 'by hand (floor)': byHand, 'eventsource-parser, callback': withParser, 'SDK, for await': sdk }

async function read(reader: Read, url: string): Promise<void> {
  let events = 0
  await reader(url, () => {
    events += 1
  })
  if (events !== EVENTS + 3) throw new Error(`${events} events were read, not ${EVENTS + 3}`)
}

const server = fork(new URL('support/stream-server.ts', import.meta.url))
const [port] = await once(server, 'message')
for (const perWrite of [1, 10, 100]) {
  const url = `http://127.0.0.1:${port}/?events=${EVENTS}&perWrite=${perWrite}`
  const times = new Map<string, number[]>()
  // In turn, so that whatever else the machine does meets all alike. The first two rounds only warm up.
  for (let round = -2; round < ROUNDS; round++) {
    for (const [name, reader] of Object.entries(READERS)) {
      const time = await cpuMilliseconds(() => read(reader, url))
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), time])
    }
  }
  printTable(`${EVENTS} events, ${perWrite} per write`, times)
}
server.disconnect()
