import { errorFromFailure, errorFromResponse } from '../vektor-error.ts'
import { withRetry } from './backoff.ts'

/** What the SDK asks of a `fetch`: it is called with one `Request`. */
export type Fetch = (request: Request) => Promise<Response>

/** Sends a request and throws a `VektorError` unless the answer is a success. The request itself stays unread. */
export type Send = (request: Request, accessToken?: string) => Promise<Response>

/** A `Send` over `fetch`. `headers` are set on every request. */
export function createSend(fetch: Fetch, headers: Record<string, string>): Send {
  return async (request, accessToken) => {
    // A Request can be fetched once: the copy goes out, the original can be sent again. The signal is named because a
    // clone's own one is lost in Node at the first garbage collection.
    const copy = new Request(request.clone(), { signal: request.signal })
    for (const [name, value] of Object.entries(headers)) copy.headers.set(name, value)
    if (accessToken !== undefined) copy.headers.set('authorization', `Bearer ${accessToken}`)
    let response: Response
    try {
      response = await fetch(copy)
    } catch (failure) {
      throw errorFromFailure(failure, copy.signal)
    }
    if (!response.ok) throw await errorFromResponse(response)
    return response
  }
}

/** Sends requests that change nothing again when the network or the server fails for a moment. */
export function retrySafe(send: Send): Send {
  return (request) => (request.method === 'GET' ? withRetry(() => send(request), request.signal) : send(request))
}

/** What openapi-fetch resolves with. */
type Result<Data, Failure> =
  | { data: Data; error?: never; response: Response }
  | { data?: never; error: Failure; response: Response }

/** The data of a call. `Send` has thrown already if there is none. */
export async function dataOf<Data, Failure>(call: Promise<Result<Data, Failure>>): Promise<Data> {
  const { data } = await call.catch(unreadable)
  return data as Data
}

/** Throws what reading the body of a success may throw, as the SDK throws it. */
export function unreadable(failure: unknown): never {
  throw errorFromFailure(failure)
}
