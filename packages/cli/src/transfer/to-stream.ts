export type Bytes = Uint8Array<ArrayBuffer>

/** A web stream that reads no faster than it is read. Node's own way to make one has types that are not those of browsers. */
export function toStream(pieces: AsyncIterator<Bytes>): ReadableStream<Bytes> {
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
