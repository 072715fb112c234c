import { once } from 'node:events'
import { connect } from 'node:net'
import { createServer } from 'node:tls'
import { generate } from 'selfsigned'
import type { FakeCloud } from '../cloud.ts'

/** The address of a cloud that is reached by TLS alone, and the certificate of its authority. */
export interface TlsFront extends AsyncDisposable {
  readonly authUrl: string
  readonly cert: string
}

/** Puts TLS before all services of a cloud. */
export async function tlsFront(cloud: Pick<FakeCloud, 'authUrl' | 'keystone'>): Promise<TlsFront> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'a test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  })
  const closings: (() => void)[] = []
  const front = async (plain: string): Promise<string> => {
    const { port, pathname } = new URL(plain)
    const server = createServer({ cert, key }, (outer) => {
      const inner = connect(Number(port), '127.0.0.1')
      for (const socket of [outer, inner]) socket.on('error', () => outer.destroy())
      outer.pipe(inner).pipe(outer)
      closings.push(() => outer.destroy())
    })
    closings.push(() => server.close())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    return `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}${pathname}`
  }
  for (const [type, url] of Array.from(cloud.keystone.services)) {
    if (typeof url === 'string') cloud.keystone.services.set(type, await front(url))
  }
  return {
    authUrl: await front(cloud.authUrl),
    cert,
    [Symbol.asyncDispose]: async () => {
      for (const close of closings) close()
    },
  }
}
