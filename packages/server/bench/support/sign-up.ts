/** Makes an account and signs it in. Answers its access token. */
export async function signUp(url: string, username = 'ana'): Promise<string> {
  const body = JSON.stringify({ email: `${username}@example.org`, username, password: 'Corriente-Abajo-71' })
  await fetch(`${url}/auth/register`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  const form = new URLSearchParams({ username, password: 'Corriente-Abajo-71' })
  const tokens: unknown = await (await fetch(`${url}/auth/login`, { method: 'POST', body: form })).json()
  return String(Object(tokens).access_token)
}
