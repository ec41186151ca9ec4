import createClient, { type Client } from 'openapi-fetch'
import type { paths } from '../generated/openapi.ts'
import type { Send } from '../transport/send.ts'

/** The contract's operations, each sent as its caller says. */
export type ApiClient = Client<paths>

export function createApiClient(baseUrl: string, send: Send): ApiClient {
  return createClient<paths>({ baseUrl, fetch: (request) => send(request) })
}
