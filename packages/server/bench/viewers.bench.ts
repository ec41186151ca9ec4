/** What whoever watches an answer beside the one who asked for it costs. The floor is the first: the answer itself. */
import { startChatServer } from './support/chat-server.ts'
import { Load } from './support/load.ts'
import { median, spread } from './support/numbers.ts'
import { cpuMilliseconds } from './support/process-stats.ts'

const ROUNDS = 5
const VIEWERS = [1, 2, 3, 10]
const STREAMS = 20
const WISH = { chunks: 200, perSecond: 50 }

await using stack = new AsyncDisposableStack()
const { server, url, token } = await startChatServer(stack)
const load = stack.use(new Load())
const costs = new Map<number, number[]>(VIEWERS.map((viewers) => [viewers, []]))
for (let round = -1; round < ROUNDS; round += 1) {
  // By turns, so that whatever else the machine does slows down all of them.
  for (const [viewers, list] of costs) {
    const before = await cpuMilliseconds(server.process)
    await load.run({ type: 'stream', url, token, streams: STREAMS, rounds: 1, viewers, wish: WISH })
    const cost = (((await cpuMilliseconds(server.process)) - before) / (STREAMS * WISH.chunks)) * 1000
    // The first one warms up.
    if (round >= 0) list.push(cost)
  }
}
console.log(
  `CPU ms of the server for 1,000 chunks of ${STREAMS} answers × ${WISH.perSecond}/s, median of ${ROUNDS} rounds`,
)
const first = median(costs.get(1) ?? [])
const rows = [...costs].map(([viewers, list]) => ({
  viewers,
  'CPU ms': spread(list),
  'each after the first, of the first':
    viewers === 1 ? '' : ((median(list) - first) / (viewers - 1) / first).toFixed(2),
}))
console.table(rows)
