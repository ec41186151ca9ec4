import { startTcpRelay } from './tcp-relay.ts'

/** A way to a server on which everything can come to a halt, as in a network that drops all packets: nobody hangs up. */
export interface FreezingProxy extends AsyncDisposable {
  /** The address that was given, by way of the proxy. */
  url: string
  freeze(): void
  /** What was under way goes on. */
  thaw(): void
}

export async function startFreezingProxy(target: string): Promise<FreezingProxy> {
  let isFrozen = false
  const relay = await startTcpRelay(target, (...both) => {
    if (isFrozen) for (const socket of both) socket.pause()
  })
  return {
    url: relay.url,
    freeze() {
      isFrozen = true
      for (const socket of relay.sockets) socket.pause()
    },
    thaw() {
      isFrozen = false
      for (const socket of relay.sockets) socket.resume()
    },
    [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose](),
  }
}
