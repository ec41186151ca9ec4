import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server that passes everything on, in both directions, until a test does something to its connections. */
export interface TcpRelay extends AsyncDisposable {
  /** The address that was given, by way of the relay. */
  url: string
  /** Those of both sides that are open. */
  sockets: ReadonlySet<Socket>
}

/** `onConnection` sees each connection, and the one that was made for it, before anything has come. */
export async function startTcpRelay(
  target: string,
  onConnection: (client: Socket, upstream: Socket) => void,
): Promise<TcpRelay> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const join = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.on('data', (data) => to.write(data))
    from.on('error', () => undefined)
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
  }
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    join(client, upstream)
    join(upstream, client)
    onConnection(client, upstream)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(target)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
