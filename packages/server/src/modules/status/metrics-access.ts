import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { AppError } from '../../app-error.ts'
import type { Secret } from '../../secret.ts'

/** What a proxy adds to a request that it passes on. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

/**
 * Numbers are for whoever runs the server: somebody on this machine, or with the token. Who that is, the connection says and
 * no header can; a header can only say that the connection is a proxy's, which speaks for others.
 */
export function requireMetricsAccess(request: IncomingMessage, token: Secret | undefined): void {
  const isLocal = isLoopback(request.socket.remoteAddress) && FORWARDED.every((name) => !(name in request.headers))
  if (isLocal || (token && carries(request, token))) return
  throw new AppError(
    'unauthorized',
    'Ask from the machine of the server, or send VEKTOR_METRICS_TOKEN in the Authorization header.',
  )
}

function isLoopback(address = ''): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}

function carries({ headers }: IncomingMessage, token: Secret): boolean {
  const given = /^Bearer +([^ ]+) *$/i.exec(headers.authorization ?? '')?.[1]
  return given !== undefined && timingSafeEqual(digest(given), digest(token.reveal()))
}

/** Of one length, whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
