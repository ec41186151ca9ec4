import type { UpstreamResponse } from './upstream-response.ts'

/** The text of a body, up to about `maxBytes`; what comes after is not read. */
export async function readBody(
  response: Pick<UpstreamResponse, 'arrival' | 'take'>,
  maxBytes: number,
): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (;;) {
    await response.arrival()
    const bytes = response.take()
    if (!bytes) return text + decoder.decode()
    text += decoder.decode(bytes, { stream: true })
    size += bytes.byteLength
    if (size >= maxBytes) return text
  }
}
