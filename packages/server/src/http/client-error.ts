import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server } from 'node:net'
import type { Duplex } from 'node:stream'
import { newId } from '../id.ts'
import { findExchange } from './exchange.ts'
import { type ProblemCode, toProblem } from './problem.ts'

/** What cannot even be read as a request gets a problem too, where Node would send a bare line of status. */
export function answerClientErrors(server: Server): void {
  const answering = new WeakMap<Duplex, ServerResponse>()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => answering.set(request.socket, response))
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const response = answering.get(socket)
    // A large body takes as long as it takes: its reader gives up whoever pauses.
    const mayTakeLong = findExchange(response)?.operation?.body?.streamLimit !== undefined
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && mayTakeLong && !response?.writableFinished) return
    // In the middle of a response nothing can be said any more.
    const isMidResponse = response?.headersSent === true && !response.writableFinished
    if (error.code === 'ECONNRESET' || !socket.writable || isMidResponse) socket.destroy(error)
    else socket.end(refusalOf(error.code))
  })
}

const SENTENCES = {
  'headers-too-large': 'Send fewer or shorter headers.',
  'malformed-request': 'Send an HTTP request: what arrived is none.',
  'request-timeout': 'Send the whole request without a pause.',
} as const satisfies Partial<Record<ProblemCode, string>>

function refusalOf(nodeCode: string | undefined): string {
  const code = toCode(nodeCode)
  const requestId = newId()
  const problem = toProblem({ code, detail: SENTENCES[code], instance: '/', requestId })
  const body = JSON.stringify(problem)
  return [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}

/** https://nodejs.org/api/http.html#event-clienterror */
function toCode(nodeCode: string | undefined): keyof typeof SENTENCES {
  if (nodeCode === 'HPE_HEADER_OVERFLOW') return 'headers-too-large'
  if (nodeCode === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request-timeout'
  return 'malformed-request'
}
