/** Those who ask and watch, as a process of their own that is told by messages what to do: see `Load`. */
import { Agent, type IncomingMessage, request as send } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import type { Command, Hold, Outcome, Stream } from './load.ts'
import { quantile } from './numbers.ts'

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
let held: IncomingMessage[] = []
const OPENING_AT_ONCE = 10
let opening = 0
const queue: (() => void)[] = []

process.on('message', async (command: Command) => {
  const reply = await run(command).catch((error: unknown) => ({ error: String(error) }))
  process.send?.(reply)
})

async function run(command: Command): Promise<Outcome> {
  if (command.type === 'stream') return stream(command)
  if (command.type === 'hold') return hold(command)
  for (const response of held) response.destroy()
  held = []
  return { latency: { p50: Number.NaN, p99: Number.NaN } }
}

async function stream({ streams, rounds, viewers, ...asked }: Stream): Promise<Outcome> {
  const latencies: number[] = []
  const askAgainAndAgain = async () => {
    for (let round = 0; round < rounds; round += 1) await ask(asked, viewers, latencies)
  }
  await Promise.all(Array.from({ length: streams }, askAgainAndAgain))
  const expected = streams * rounds * viewers * asked.wish.chunks
  if (latencies.length !== expected) throw new Error(`${latencies.length} chunks came, and not ${expected}.`)
  return { latency: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) } }
}

/** One answer, which `viewers` watch: who asked for it, and others from the moment when that is known to run. */
async function ask({ url, token, wish }: Pick<Stream, 'url' | 'token' | 'wish'>, viewers: number, latencies: number[]) {
  const body = JSON.stringify({ model: 'gpt-4-stream', messages: [{ role: 'user', content: JSON.stringify(wish) }] })
  const others: Promise<void>[] = []
  const response = await open(url, token, body)
  await read(response, latencies, (text) => {
    const messageId = /"message_id":"([^"]+)"/.exec(text)?.[1]
    for (let viewer = 1; viewer < viewers; viewer += 1) {
      others.push(open(`${url}?message_id=${messageId}`, token).then((other) => read(other, latencies)))
    }
  })
  await Promise.all(others)
}

/** Takes from each piece the age that its stamp tells, in milliseconds. What comes as one may have several stamps. */
async function read(response: IncomingMessage, latencies: number[], onBegun?: (text: string) => void): Promise<void> {
  let rest = ''
  let isBegun = false
  response.setEncoding('latin1')
  await new Promise<void>((resolve, reject) => {
    response.on('data', (text: string) => {
      const now = Number(process.hrtime.bigint() / 1000n)
      if (!isBegun) onBegun?.(text)
      isBegun = true
      const whole = (rest + text).lastIndexOf('\n\n') + 1
      for (const [, stamp] of (rest + text).slice(0, whole).matchAll(/@(\d{6,})/g)) {
        latencies.push((now - Number(stamp)) / 1000)
      }
      rest = (rest + text).slice(whole)
    })
    response.once('end', resolve).once('error', reject)
  })
}

/** So many streams that stay open. */
async function hold({ url, token, streams }: Hold): Promise<Outcome> {
  held = await Promise.all(Array.from({ length: streams }, () => open(url, token)))
  for (const response of held)
    response
      .removeAllListeners('error')
      .on('error', () => {})
      .resume()
  return { latency: { p50: Number.NaN, p99: Number.NaN } }
}

/** A few at once: whoever asks comes at a time of their own, and nobody's queue takes all of them. */
async function open(url: string, token: string, body?: string): Promise<IncomingMessage> {
  if (opening >= OPENING_AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve))
  opening += 1
  try {
    return await begin(url, token, body)
  } finally {
    opening -= 1
    queue.shift()?.()
  }
}

function begin(url: string, token: string, body?: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${token}`,
      Accept: 'text/event-stream',
      ...(body && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
    }
    const sent = send(url, { method: body ? 'POST' : 'GET', agent, headers }, (response) => {
      if (response.statusCode === 200) return resolve(response)
      readText(response).then(
        (text) => reject(new Error(`${url} was answered ${response.statusCode}: ${text}`)),
        reject,
      )
    })
    sent.once('error', reject).end(body)
  })
}
