import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'

/**
 * Keeps a port of 127.0.0.1 that has just been let go, by a connection from it: the kernel gives it to nobody who asks for
 * any port, and who connects to it is refused. Whoever names it can listen there all the same. Resolves with nothing
 * where somebody was faster.
 */
export type HoldPort = (port: number) => Promise<Disposable | undefined>

/** The connection is begun in the very call, before anybody else has had a turn. */
export async function portHolder(): Promise<HoldPort> {
  const { host, port: far } = await somebody()
  return async (port) => {
    const socket = connect({ host, port: far, localAddress: host, localPort: port })
    socket.on('error', () => {})
    socket.unref()
    try {
      await once(socket, 'connect')
    } catch {
      return undefined
    }
    // Without the wait of TCP, after which the port could not be held again.
    return { [Symbol.dispose]: () => void socket.resetAndDestroy() }
  }
}

let listening: Promise<{ readonly host: string; readonly port: number }> | undefined

/** Somebody to be connected to, as long as the process lives. */
function somebody(): Promise<{ readonly host: string; readonly port: number }> {
  listening ??= (async () => {
    const host = '127.0.0.1'
    const server = createServer((socket) => void socket.on('error', () => {}).unref()).listen(0, host)
    server.unref()
    await once(server, 'listening')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a server on a port has
    return { host, port: (server.address() as AddressInfo).port }
  })()
  return listening
}
