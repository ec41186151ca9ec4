/** A model's server, as fast and as talkative as the prompt says. Each piece of its answers tells when it was written. */
import { createServer, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen, type Wish } from './programs.ts'

const ENVELOPE = {
  id: 'chatcmpl-BqKmZr8xJ3vQnY5tD1wLsE7uHcAf2',
  object: 'chat.completion.chunk',
  created: 1_790_000_000,
  model: 'gpt-4.1',
  service_tier: 'default',
  system_fingerprint: 'fp_51e1070cf2',
}
const USAGE = { prompt_tokens: 20, completion_tokens: 250, total_tokens: 270 }
/** What a model writes at once is about a word. */
const WORDS = ['palabra', ' sobre', ' el', ' agua', ', que', ' corre', ' abajo', '.\n']

const server = createServer(async (request, response) => {
  const { messages }: { messages: { content: string }[] } = JSON.parse(await text(request))
  const wish: Wish = JSON.parse(messages.at(-1)?.content ?? '{}')
  response.writeHead(200, { 'Content-Type': 'text/event-stream' })
  response.socket?.setNoDelay()
  response.write(frame({ role: 'assistant', content: '' }))
  if (wish.chunks === 1) {
    writeChunk(response, 0)
    finish(response)
    return
  }
  // No two streams at the same moment: chunks that arrive together cost less.
  setTimeout(() => writePaced(response, wish), Math.random() * (1000 / wish.perSecond))
})
listen(server)

function writePaced(response: ServerResponse, { chunks, perSecond }: Wish): void {
  const interval = 1000 / perSecond
  const began = performance.now()
  let written = 0
  const timer = setInterval(() => {
    const due = Math.min(chunks, Math.floor((performance.now() - began) / interval) + 1)
    for (; written < due; written += 1) writeChunk(response, written)
    if (written < chunks) return
    clearInterval(timer)
    finish(response)
  }, interval)
  response.once('close', () => clearInterval(timer))
}

/** Microseconds on the clock that all processes of a machine share. */
function writeChunk(response: ServerResponse, number: number): void {
  const stamp = process.hrtime.bigint() / 1000n
  response.write(frame({ content: `@${stamp}${WORDS[number % WORDS.length]}` }))
}

function finish(response: ServerResponse): void {
  const usage = JSON.stringify({ ...ENVELOPE, choices: [], usage: USAGE })
  response.end(`${frame({}, 'stop')}data: ${usage}\n\ndata: [DONE]\n\n`)
}

function frame(delta: object, finish_reason: string | null = null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason }]
  return `data: ${JSON.stringify({ ...ENVELOPE, choices, usage: null })}\n\n`
}
