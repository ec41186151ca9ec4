import type { Socket } from 'node:net'
import { startTcpRelay } from './tcp-relay.ts'

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
  const listeners = new Set<Socket>()
  let isOpen = true
  const relay = await startTcpRelay(target, (client) => {
    client.on('close', () => listeners.delete(client))
    client.once('data', (introduction: Buffer) => {
      if (!introduction.includes(LISTENER)) return
      if (isOpen) listeners.add(client)
      else client.destroy()
    })
  })
  return {
    url: relay.url,
    close() {
      isOpen = false
      for (const socket of listeners) socket.destroy()
    },
    open() {
      isOpen = true
    },
    [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose](),
  }
}
