/** Bytes of a body or a file. */
export type Bytes = Uint8Array<ArrayBuffer>

/** What a stream holds, piece by piece; not every browser can iterate over one. Whoever leaves ends it. */
export async function* itemsOf<Item>(stream: ReadableStream<Item>): AsyncGenerator<Item, void> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    reader.cancel().catch(() => undefined)
  }
}

/** What is given, as a stream that is read no faster than it is taken. */
export function streamOf(pieces: AsyncIterator<Bytes>): ReadableStream<Bytes> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await pieces.return?.()
    },
  })
}

/** A stream, and why it broke off: what comes out of the pipes behind it tells no more who was to blame. */
export class WatchedSource {
  readonly stream: ReadableStream<Bytes>
  failure: { error: unknown } | undefined

  constructor(source: ReadableStream<Bytes>) {
    this.stream = streamOf(this.#watch(source))
  }

  async *#watch(source: ReadableStream<Bytes>): AsyncGenerator<Bytes, void> {
    try {
      yield* itemsOf(source)
    } catch (error) {
      this.failure = { error }
      throw error
    }
  }
}

/** The first `length` bytes, or as many as there are, and the stream as if they had not been read. */
export async function peek(
  stream: ReadableStream<Bytes>,
  length: number,
): Promise<{ beginning: Bytes; whole: ReadableStream<Bytes> }> {
  const pieces = itemsOf(stream)
  const read: Bytes[] = []
  let size = 0
  while (size < length) {
    const { done, value } = await pieces.next()
    if (done) break
    read.push(value)
    size += value.length
  }
  return { beginning: join(read).subarray(0, length), whole: streamOf(resume(read, pieces)) }
}

async function* resume(read: readonly Bytes[], rest: AsyncGenerator<Bytes, void>): AsyncGenerator<Bytes, void> {
  try {
    yield* read
    yield* rest
  } finally {
    await rest.return()
  }
}

export function join(pieces: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** What shares its memory with other threads is copied: nobody here gives such. */
export function owned(piece: Uint8Array): Bytes {
  return isOwned(piece) ? piece : new Uint8Array(piece)
}

function isOwned(piece: Uint8Array): piece is Bytes {
  return piece.buffer instanceof ArrayBuffer
}
