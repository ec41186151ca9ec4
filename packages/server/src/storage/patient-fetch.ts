export interface Patience {
  /** How long the storage may send nothing while something is expected of it. */
  silenceMs: number
  /** Whoever asks has no need of the answer any more. */
  signal?: AbortSignal | undefined
}

/** What a slow line takes for a body, on top. */
const SLOWEST_BYTES_PER_MS = 64

class SilentStorageError extends Error {
  override name = 'SilentStorageError'
  readonly code = 'ETIMEDOUT'
  constructor() {
    super('The storage said nothing for too long.')
  }
}

/**
 * A `fetch` that waits for a while and not for ever. Of an object it answers as soon as that begins to come, see `chunksOf`;
 * all else is short, and answered whole.
 */
export function patientFetch({ silenceMs, signal }: Patience): typeof fetch {
  return async (input, init) => {
    const silence = new AbortController()
    const timer = setTimeout(() => silence.abort(new SilentStorageError()), silenceMs + sendingMs(init?.body))
    try {
      const response = await fetch(input, {
        ...init,
        // What is signed is signed for one address.
        redirect: 'manual',
        signal: AbortSignal.any([silence.signal, ...(signal ? [signal] : [])]),
      })
      if (init?.method === 'GET' && response.ok) return response
      const text = await response.text()
      return new Response(text || null, { status: response.status, headers: response.headers })
    } finally {
      clearTimeout(timer)
    }
  }
}

/** The body of an object, as fast as it is taken: patience ends only while somebody waits for the storage. */
export async function* chunksOf({ body }: Response, silenceMs: number): AsyncGenerator<Uint8Array> {
  if (!body) return
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await within(silenceMs, reader.read())
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new SilentStorageError()), milliseconds)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

function sendingMs(body: RequestInit['body']): number {
  return body instanceof Uint8Array ? body.byteLength / SLOWEST_BYTES_PER_MS : 0
}
