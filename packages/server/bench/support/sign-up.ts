/** Makes the first account of a server and signs it in. Answers its access token. */
export async function signUp(url: string): Promise<string> {
  const body = JSON.stringify({ email: 'ana@example.org', username: 'ana', password: 'Corriente-Abajo-71' })
  await fetch(`${url}/auth/register`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  const form = new URLSearchParams({ username: 'ana', password: 'Corriente-Abajo-71' })
  const tokens: unknown = await (await fetch(`${url}/auth/login`, { method: 'POST', body: form })).json()
  return String(Object(tokens).access_token)
}
