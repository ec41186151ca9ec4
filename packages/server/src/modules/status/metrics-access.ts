import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isLoopback } from '../../address-ranges.ts'
import { AppError } from '../../app-error.ts'
import type { Secret } from '../../secret.ts'

/** What proxies add to a request that they pass on; each has some of its own. */
const OF_PROXIES = /^(x-forwarded-.*|cf-.*|forwarded|via|x-real-ip|x-client-ip|true-client-ip)$/

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

export interface MetricsRequest {
  headers: IncomingHttpHeaders
  socket: { remoteAddress?: string | undefined }
}

/** Numbers are for whoever runs the server: somebody on this machine, or with the token. */
export function requireMetricsAccess(request: MetricsRequest, token: Secret | undefined): void {
  if (isFromHere(request) || (token && carries(request, token))) return
  throw new AppError(
    'unauthorized',
    'Ask from the machine of the server, or send VEKTOR_METRICS_TOKEN in the Authorization header.',
  )
}

/**
 * The connection says who asks, and no header can; headers can only say that it speaks for somebody else: for a proxy's
 * caller, or for a web page, whose name may have been made to lead here (DNS rebinding: only `Host` tells).
 */
function isFromHere({ headers, socket }: MetricsRequest): boolean {
  const speaksForOthers = 'origin' in headers || Object.keys(headers).some((name) => OF_PROXIES.test(name))
  return isLoopback(socket.remoteAddress) && !speaksForOthers && LOOPBACK_HOST.test(headers.host ?? '')
}

function carries({ headers }: MetricsRequest, token: Secret): boolean {
  const given = /^Bearer +([^ ]+) *$/i.exec(headers.authorization ?? '')?.[1]
  return given !== undefined && timingSafeEqual(digest(given), digest(token.reveal()))
}

/** Of one length, whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
