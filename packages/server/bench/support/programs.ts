import type { Server } from 'node:http'

/** What a prompt of the benchmarks asks of the upstream, as JSON. */
export interface Wish {
  chunks: number
  /** Of one stream. */
  perSecond: number
}

/** Says where it listens as the server does. */
export function listen(server: Server): void {
  server.listen(0, '127.0.0.1', 4096, () => {
    const { port } = Object(server.address())
    console.log(JSON.stringify({ msg: 'listening', url: `http://127.0.0.1:${port}` }))
  })
}
