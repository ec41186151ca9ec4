import type { ServerResponse } from 'node:http'
import { newId } from '../id.ts'

const HEADER = 'X-Request-Id'

/** Ids of other systems pass, and nothing that a log or a terminal could take for more than a name. */
const USABLE = /^[\w.:+/=@~-]{1,128}$/

/** Names the request: as the caller does if that is usable, else anew. */
export function nameRequest(proposal: string | string[] | undefined, response: ServerResponse): string {
  const requestId = typeof proposal === 'string' && USABLE.test(proposal) ? proposal : newId()
  response.setHeader(HEADER, requestId)
  return requestId
}
