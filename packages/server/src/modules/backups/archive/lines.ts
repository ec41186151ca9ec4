const NEWLINE = 0x0a

export interface LineOptions {
  hash: { update(chunk: Uint8Array): unknown }
  /** In bytes. */
  longest: number
}

/** A line is longer than any that there is. */
export class LineTooLongError extends Error {
  override name = 'LineTooLongError'
}

/** The lines of a text in UTF-8, as many at once as come with one chunk. Each ends with a newline, the last one too. */
export async function* readLines(
  body: AsyncIterable<Uint8Array>,
  { hash, longest }: LineOptions,
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let open: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    hash.update(chunk)
    const end = chunk.lastIndexOf(NEWLINE)
    length += end < 0 ? chunk.length : 0
    if (length > longest) throw new LineTooLongError(`a line is longer than ${longest} bytes`)
    if (end < 0) {
      open.push(chunk)
      continue
    }
    const text = decoder.decode(Buffer.concat([...open, chunk.subarray(0, end)]))
    open = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : []
    length = chunk.length - end - 1
    yield text.split('\n')
  }
  if (open.length > 0) throw new LineTooLongError('the last line has no end')
}
