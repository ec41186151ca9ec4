/** The text of a body, up to about `maxBytes`; what comes after is not read. */
export async function readBody(response: Response, maxBytes: number): Promise<string> {
  if (!response.body) return ''
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const bytes of response.body) {
    text += decoder.decode(bytes, { stream: true })
    size += bytes.byteLength
    if (size >= maxBytes) return text
  }
  return text + decoder.decode()
}
