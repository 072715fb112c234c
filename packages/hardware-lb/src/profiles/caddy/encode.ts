import type { WireServer } from './wire.ts'

/** A server that balances over these upstreams. Certificates are not Caddy's business here. */
export function serverOf(mark: string, address: string, upstreams: readonly string[]): WireServer {
  return {
    '@id': idTextOf(mark, address),
    listen: [address],
    automatic_https: { disable: true },
    routes: [{ handle: [{ handler: 'reverse_proxy', upstreams: upstreams.map((dial) => ({ dial })) }] }],
  }
}

/** Where a suspended tenant listens again is kept where the mark is: nothing else of a server is free text. */
function idTextOf(mark: string, address: string): string {
  return `${mark}@${address}`
}
