import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../app-error.ts'
import type { Authenticator } from './authenticator.ts'
import type { Operation } from './contract.ts'
import type { Caller } from './handler.ts'

const BEARER = /^Bearer +([^ ]+) *$/i

/** Who is asking, if that is somebody who may. */
export async function authenticate(
  operation: Operation,
  headers: IncomingHttpHeaders,
  authenticator: Authenticator,
): Promise<Caller> {
  const caller = await identify(operation, headers, authenticator)
  if (operation.role !== undefined && caller.role !== operation.role) {
    throw new AppError('forbidden', 'Sign in as an administrator of this server: this is for them alone.')
  }
  return caller
}

/** In one of the ways that the operation accepts. A token in the query is no token: addresses get logged. */
async function identify(
  { security }: Operation,
  headers: IncomingHttpHeaders,
  authenticator: Authenticator,
): Promise<Caller> {
  const { authorization } = headers
  for (const scheme of security) {
    if (scheme.type === 'http' && authorization !== undefined) {
      const token = BEARER.exec(authorization)?.[1]
      if (token) return authenticator.authenticateBearer(token)
    }
    // Whoever sends an Authorization header wants to be asked by that: the cookie comes by itself.
    if (scheme.type === 'apiKey' && authorization === undefined) {
      const cookie = findCookie(headers.cookie ?? '', scheme.name)
      if (cookie) return authenticator.authenticateStreamCookie(cookie)
    }
  }
  throw new AppError('unauthorized', 'Sign in, and send the access token in the Authorization header.')
}

function findCookie(header: string, name: string): string | undefined {
  const prefix = `${name}=`
  const pair = header.split(';').find((part) => part.trimStart().startsWith(prefix))
  return pair?.trim().slice(prefix.length)
}
