import type { UpstreamResponse } from './upstream-response.ts'

/** The text of a body, up to about `maxBytes`; what comes after is not read. */
export async function readBody(response: Pick<UpstreamResponse, 'read'>, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (let bytes = await response.read(); bytes; bytes = await response.read()) {
    text += decoder.decode(bytes, { stream: true })
    size += bytes.byteLength
    if (size >= maxBytes) return text
  }
  return text + decoder.decode()
}
