import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'

/** A TCP server that stands where no connection should ever arrive: behind a redirect, or in place of a proxy. */
export interface Listener extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string
  /**
   * What each connection so far has sent, oldest first, at most 64 KiB of each; `[]` if nothing came. Every connection
   * made before the call is counted, also one the process has not accepted yet.
   */
  reached(): Promise<readonly string[]>
  /** Destroys every connection and stops listening. May be called again. */
  close(): Promise<void>
}

/** 418 stands for nothing (RFC 9110, 15.5.19): no client takes it for a success, an absence, or a reason to retry. */
const ANSWER = 'HTTP/1.1 418 Unused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'
const MAX_BYTES = 64 * 1024

interface Visit {
  readonly port: number | undefined
  bytes: Buffer
}

/** Listens on a free port of 127.0.0.1. Every HTTP request gets a 418 without a body. */
export async function createListener(): Promise<Listener> {
  const visits: Visit[] = []
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    visits.push(receive(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0

  const listener: Listener = {
    url: `http://127.0.0.1:${port}`,
    reached: async () => {
      const own = await visitOnce(port)
      visits.splice(
        visits.findLastIndex((visit) => visit.port === own),
        1,
      )
      return visits.map(({ bytes }) => bytes.toString('latin1'))
    },
    close: async () => {
      for (const socket of open) socket.destroy()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
    [Symbol.asyncDispose]: () => listener.close(),
  }
  return listener
}

function receive(socket: Socket): Visit {
  const visit = { port: socket.remotePort, bytes: Buffer.alloc(0) }
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    visit.bytes = Buffer.concat([visit.bytes, chunk]).subarray(0, MAX_BYTES)
    if (visit.bytes.includes('\r\n\r\n')) socket.end(ANSWER)
  })
  return visit
}

/** Connections are accepted in order: once this one is answered, all before it have been accepted and read. */
async function visitOnce(port: number): Promise<number | undefined> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const { localPort } = socket
  socket.resume().end('\r\n\r\n')
  await once(socket, 'close')
  return localPort
}
