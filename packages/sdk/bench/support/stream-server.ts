/** Sends the same answer to whoever asks: `?events=` deltas, `?perWrite=` of them in each write. */
import { createServer, type ServerResponse } from 'node:http'
import { delta, done, frame, prompt, start } from '../../test/support/recorded-answer.ts'

function chunksOf(events: number, perWrite: number): Buffer[] {
  const deltas = Array.from({ length: events }, (_, index) => delta(index % 7 === 0 ? ' niño' : ' word'))
  const frames = [prompt('Hola'), start(), ...deltas, done('stop')].map((event, ordinal) =>
    frame(event, { offset: 0, ordinal }),
  )
  const starts = Array.from({ length: Math.ceil(frames.length / perWrite) }, (_, index) => index * perWrite)
  return starts.map((from) => Buffer.from(frames.slice(from, from + perWrite).join('')))
}

/** One write per turn of the event loop, so that they travel one by one as they do from a model. */
function sendFrom(response: ServerResponse, chunks: Buffer[], index = 0): void {
  const chunk = chunks[index]
  if (!chunk) response.end()
  else response.write(chunk, () => setImmediate(() => sendFrom(response, chunks, index + 1)))
}

const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? '', 'http://localhost')
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  sendFrom(response, chunksOf(Number(searchParams.get('events')), Number(searchParams.get('perWrite'))))
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') process.send?.(address.port)
})
process.on('disconnect', () => process.exit())
