import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerOptions } from 'node:https'
import { generate } from 'selfsigned'

/** A certificate that signs itself, made for one test. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  /** SHA-256 with colons. */
  readonly pin: string
}

interface CertificateOptions {
  /** The DNS name in it; left out, it is for 127.0.0.1. */
  readonly name?: string
  readonly notBefore?: Date
  readonly notAfter?: Date
}

export async function makeCertificate({ name, notBefore, notAfter }: CertificateOptions = {}): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'a test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(notBefore === undefined ? {} : { notBeforeDate: notBefore }),
    ...(notAfter === undefined ? {} : { notAfterDate: notAfter }),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [name === undefined ? { type: 7, ip: '127.0.0.1' } : { type: 2, value: name }],
      },
    ],
  })
  return { cert: made.cert, key: made.private, pin: new X509Certificate(made.cert).fingerprint256 }
}

/** A server that answers `{}` to everything, and counts what reaches it. */
export interface TlsServer {
  readonly url: string
  readonly requests: () => number
  readonly close: () => Promise<void>
}

export async function serveTls(options: ServerOptions): Promise<TlsServer> {
  let requests = 0
  const server = createServer(options, (_request, response) => {
    requests += 1
    response.setHeader('content-type', 'application/json').end('{}')
  })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `https://127.0.0.1:${port}`,
    requests: () => requests,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
