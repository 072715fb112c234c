import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request on its way to a service. */
interface Passing {
  readonly method: string
  readonly path: string
  /** Method and path with `{id}` for every id: `GET /v1/nodes/{id}`. */
  readonly route: string
  /** Ids in the path. */
  readonly ids: readonly string[]
  readonly body: string
}

/** It goes through; the service acts and the answer is cut off; it never arrives and the connection is cut. */
export type Fate = 'pass' | 'swallow' | 'cut'

/** Stands before one service: counts what goes through, holds it up, and loses it on demand. */
export interface Gate extends AsyncDisposable {
  readonly url: string
  /** Decides for each request, whenever it likes. */
  judge: (passing: Passing) => Fate | Promise<Fate>
  /** The routes of what went through since the last call. */
  take(): readonly string[]
  close(): Promise<void>
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

export async function gateTo(target: string): Promise<Gate> {
  let passed: string[] = []
  const server = createServer((incoming, outgoing) => void admit(incoming, outgoing))
  const gate: Gate = {
    url: await urlOf(server),
    judge: () => 'pass',
    take: () => {
      const taken = passed
      passed = []
      return taken
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
    [Symbol.asyncDispose]: () => gate.close(),
  }

  async function admit(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await textOf(incoming).catch(() => '')
    const { method = '', url = '' } = incoming
    const path = url.split('?')[0] ?? ''
    const route = `${method} ${path.replaceAll(UUID, '{id}')}`
    passed.push(route)
    const fate = await gate.judge({ method, path, route, ids: path.match(UUID) ?? [], body })
    if (fate === 'cut') outgoing.destroy()
    else forward(incoming, outgoing, body, fate)
  }

  function forward(incoming: IncomingMessage, outgoing: ServerResponse, body: string, fate: Fate): void {
    const { method, url = '', headers } = incoming
    const { connection: _kept, ...others } = headers
    const onward = send(new URL(url, target), { method, headers: { ...others, connection: 'close' } }, (answer) => {
      if (fate === 'swallow') {
        answer.resume().on('end', () => outgoing.destroy())
        return
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    onward.end(body)
  }

  return gate
}

async function urlOf(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
