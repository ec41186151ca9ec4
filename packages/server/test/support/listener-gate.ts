import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to PostgreSQL on which the connections that listen for nudges can be shut out, and no others. */
export interface ListenerGate extends AsyncDisposable {
  /** The address that was given, by way of the gate. */
  url: string
  /** Cuts those that listen, and lets no others in. */
  close(): void
  open(): void
}

/** Connections say what they are called when they introduce themselves, and that is not encrypted here. */
const LISTENER = 'vektor-server listener'

export async function startListenerGate(target: string): Promise<ListenerGate> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const listeners = new Set<Socket>()
  let isOpen = true
  const join = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.pipe(to)
    from.on('error', () => undefined)
    from.on('close', () => {
      sockets.delete(from)
      listeners.delete(from)
      to.destroy()
    })
  }
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    client.once('data', (introduction: Buffer) => {
      if (!introduction.includes(LISTENER)) return
      if (isOpen) listeners.add(client)
      else client.destroy()
    })
    join(client, upstream)
    join(upstream, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(target)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    close() {
      isOpen = false
      for (const socket of listeners) socket.destroy()
    },
    open() {
      isOpen = true
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
