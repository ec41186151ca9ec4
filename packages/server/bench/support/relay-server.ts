/**
 * The floors: node:http and nothing else. `parsed` reads each delta and writes it again, as whoever has his own events must;
 * `piped` passes the bytes on untouched. They authenticate, validate and store nothing.
 */
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import { listen } from './programs.ts'

const [, , how = 'parsed', upstream = ''] = process.argv
const agent = new Agent({ keepAlive: true })
const relay = how === 'piped' ? pipe : parse

const server = createServer(async (request, response) => {
  const { messages }: { messages: object[] } = JSON.parse(await readBody(request))
  const headers = { 'Content-Type': 'application/json', Accept: 'text/event-stream' }
  const asked = send(`${upstream}/chat/completions`, { method: 'POST', agent, headers }, (answer) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
    relay(answer, response)
  })
  asked.on('error', () => response.destroy())
  response.once('close', () => asked.destroy())
  asked.end(JSON.stringify({ model: 'gpt-4.1', messages, stream: true, stream_options: { include_usage: true } }))
})
listen(server)

function pipe(answer: IncomingMessage, response: ServerResponse): void {
  answer.pipe(response)
}

function parse(answer: IncomingMessage, response: ServerResponse): void {
  let rest = ''
  answer.setEncoding('utf8')
  answer.on('data', (text: string) => {
    rest += text
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      writeDelta(rest.slice(0, end), response)
      rest = rest.slice(end + 2)
    }
  })
  answer.on('end', () => response.end('data: {"type":"done"}\n\n'))
}

function writeDelta(event: string, response: ServerResponse): void {
  if (!event.startsWith('data: ') || event === 'data: [DONE]') return
  const { choices }: { choices: { delta: { content?: string } }[] } = JSON.parse(event.slice('data: '.length))
  const content = choices[0]?.delta.content
  if (content) response.write(`data: ${JSON.stringify({ type: 'delta', content })}\n\n`)
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  request.setEncoding('utf8')
  for await (const text of request) body += text
  return body
}
