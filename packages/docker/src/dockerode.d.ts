/** The one door of dockerode 5 that is used (docker-modem 5, lib/modem.js). The library itself ships no types. */
declare module 'dockerode' {
  import type { IncomingMessage } from 'node:http'
  import type { Agent } from 'node:http'

  interface DialOptions {
    path: string
    method: string
    /** For POST: `_query` becomes the query, `_body` the JSON body; an empty `_body` sends none. */
    options?: { _query: Record<string, unknown>; _body?: unknown }
    file?: Buffer
    headers: object
    isStream: true
    statusCodes: Readonly<Record<number, true>>
  }

  interface Modem {
    dial(options: DialOptions, callback: (error: Error | null, response: IncomingMessage) => void): void
  }

  interface ModemOptions {
    agent: Agent
    socketPath: string | undefined
    host: string | undefined
    port: number | undefined
    protocol: 'http' | 'https'
    pathPrefix: undefined
    version: undefined
    timeout: undefined
    ca: undefined
    cert: undefined
    key: undefined
    headers: undefined
  }

  const Docker: new (options: ModemOptions) => { readonly modem: Modem }
  export default Docker
}
