import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request that went through. */
interface Passed {
  readonly method: string
  /** Ids replaced by `{id}`, without the query: `GET /v2.1/servers/{id}`. */
  readonly route: string
}

/** What becomes of an answer: it goes on to the client, or the connection is cut in its place. */
type Fate = 'pass' | 'swallow'

/** A proxy before one service: it counts, and loses answers on demand. Its own code, so that the driver counts nothing. */
export interface Proxy {
  readonly url: string
  readonly passed: readonly Passed[]
  /** What came through since the last call. */
  take(): readonly string[]
  /** Decides for each request; the backend acts on it in any case. */
  judge: (passed: Passed) => Fate
  close(): Promise<void>
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

export async function proxyTo(target: string): Promise<Proxy> {
  const passed: Passed[] = []
  let taken = 0
  const proxy = {
    url: '',
    passed,
    take: () => {
      const news = passed.slice(taken).map(({ route }) => route)
      taken = passed.length
      return news
    },
    judge: (_passed: Passed): Fate => 'pass',
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  const server = createServer((incoming, outgoing) => {
    const method = incoming.method ?? ''
    const path = (incoming.url ?? '').split('?')[0] ?? ''
    const one = { method, route: `${method} ${path.replace(UUID, '{id}')}` }
    passed.push(one)
    forward(target, incoming, outgoing, proxy.judge(one))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return proxy
}

function forward(target: string, incoming: IncomingMessage, outgoing: ServerResponse, fate: Fate): void {
  const { method, url = '', headers } = incoming
  const onward = send(new URL(url, target), { method, headers: { ...headers, connection: 'close' } }, (answer) => {
    if (fate === 'swallow') {
      answer.resume().on('end', () => outgoing.destroy())
      return
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onward.on('error', () => outgoing.destroy())
  incoming.pipe(onward)
}
