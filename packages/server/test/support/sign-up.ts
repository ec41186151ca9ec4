export const PASSWORD = 'Corriente-Abajo-71'

/** `fetch` with a path of the server. */
export type ServerFetch = typeof fetch

/** A device of somebody, signed in. */
export interface SignedIn {
  username: string
  accessToken: string
  refreshToken: string
  /** What a browser would send with `EventSource`. */
  cookie: string
  /** Like the server's own, with the access token. */
  fetch: ServerFetch
}

/** Makes an account and signs it in. */
export async function signUp(
  fetch: ServerFetch,
  username: string,
  password = PASSWORD,
): Promise<SignedIn & { accountId: string }> {
  const response = await fetch('/auth/register', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: `${username}@example.org`, username, password }),
  })
  const { id } = await readJson(response, 201)
  return { ...(await signIn(fetch, username, password)), accountId: textOf(id) }
}

/** Signs in on one more device. */
export async function signIn(fetch: ServerFetch, username: string, password = PASSWORD): Promise<SignedIn> {
  const response = await fetch('/auth/login', { method: 'POST', body: new URLSearchParams({ username, password }) })
  const tokens = await readJson(response, 200)
  const accessToken = textOf(tokens.access_token)
  return {
    username,
    accessToken,
    refreshToken: textOf(tokens.refresh_token),
    cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '',
    fetch: (path, init) => {
      const headers = new Headers(init?.headers)
      headers.set('Authorization', `Bearer ${accessToken}`)
      return fetch(path, { ...init, headers })
    },
  }
}

async function readJson(response: Response, status: number): Promise<Record<string, unknown>> {
  const text = await response.text()
  if (response.status !== status) throw new Error(`Expected ${status}, got ${response.status}: ${text}`)
  const body: unknown = JSON.parse(text)
  if (typeof body !== 'object' || body === null) throw new TypeError(`No JSON object: ${text}`)
  return { ...body }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`No text: ${String(value)}`)
  return value
}
