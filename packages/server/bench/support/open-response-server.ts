/** The floor of idle streams: node:http with responses that are begun and never ended. */
import { createServer } from 'node:http'
import { listen } from './programs.ts'

const server = createServer((request, response) => {
  if (request.url === '/health') return response.end('{"status":"ok"}')
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
  response.flushHeaders()
  return response
})
listen(server)
