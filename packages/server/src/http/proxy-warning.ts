import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { isNearby } from '../address-ranges.ts'
import type { Log } from '../log.ts'

/**
 * Says once that a proxy is not trusted, since nobody would notice: all whom it speaks for are one address, and wait for each
 * other. From elsewhere anybody can claim to be a proxy, and that is no news.
 */
export function warnOfProxy(log: Log): RequestHandler {
  let hasWarned = false
  return (request: Request, _response: Response, next: NextFunction) => {
    if (!hasWarned && request.headers['x-forwarded-for'] !== undefined && isUntrustedNeighbour(request)) {
      hasWarned = true
      const advice = 'Name it in VEKTOR_TRUST_PROXY: until then all whom it speaks for count as one address.'
      log.warn({ proxy: request.socket.remoteAddress, advice }, 'proxy-not-trusted')
    }
    next()
  }
}

function isUntrustedNeighbour({ app, socket }: Request): boolean {
  const isTrusted: (address: string | undefined, distance: number) => boolean = app.get('trust proxy fn')
  return isNearby(socket.remoteAddress) && !isTrusted(socket.remoteAddress, 0)
}
