/** An http or https address. A user name or password in it would end up in messages about it. */
export function parseHttpAddress(text: string): string | undefined {
  const url = URL.parse(text.trim())
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:'
  return url && isHttp && url.username === '' && url.password === '' ? url.href : undefined
}

export const HTTP_ADDRESS_RULE = 'an http or https address without a user name in it'
