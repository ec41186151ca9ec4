import { createSend, type Fetch, type Send } from './send.ts'

/** How to reach a server. */
export interface ConnectionOptions {
  /** Where the server is, such as `http://127.0.0.1:8000`. A path in it is kept, for servers behind a prefix. */
  baseUrl: string
  /** Used for every request instead of the global `fetch`. It gets one `Request`, which it may change. */
  fetch?: Fetch | undefined
  /** Set on every request, such as a `User-Agent`. */
  headers?: Record<string, string> | undefined
  /** How long a stream goes on trying to get a lost connection back, in milliseconds. Two minutes unless you say. */
  reconnectForMs?: number | undefined
}

const TWO_MINUTES_MS = 120_000

export function connectTo(options: ConnectionOptions): { baseUrl: string; send: Send; reconnectForMs: number } {
  // Called bare, because browsers refuse a `fetch` that is called as the method of something else.
  const { fetch = globalThis.fetch, headers = {}, reconnectForMs = TWO_MINUTES_MS } = options
  return { baseUrl: options.baseUrl.replace(/\/+$/, ''), send: createSend(fetch, headers), reconnectForMs }
}
