/** How often the text of answers is written to the database while they come, whatever the rate: counted, not timed. */
import { startChatServer } from './support/chat-server.ts'
import { Load } from './support/load.ts'

const SECONDS = 4

await using stack = new AsyncDisposableStack()
const { server, url, token } = await startChatServer(stack)
const load = stack.use(new Load())
const rows: object[] = []
for (const [streams, perSecond] of [
  [1, 10],
  [1, 50],
  [1, 200],
  [1, 1_000],
  [20, 50],
] as const) {
  const before = await countFlushes()
  const wish = { chunks: SECONDS * perSecond, perSecond }
  const began = performance.now()
  await load.run({ type: 'stream', url, token, streams, rounds: 1, viewers: 1, wish })
  const seconds = (performance.now() - began) / 1000
  const written = (await countFlushes()) - before
  rows.push({ streams, 'chunks/s each': perSecond, 'transactions/s of all': (written / seconds).toFixed(1) })
}
console.log('Transactions that store text, of which none holds an answer twice')
console.table(rows)

async function countFlushes(): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  return Number(/^vektor_flush_duration_seconds_count (\d+)/m.exec(metrics)?.[1])
}
