import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import { agentOptionsOf, type TlsOptions } from './tls.ts'

/** 16 calls in flight and two more for deletes, as many as core lets through. */
const MAX_SOCKETS = 18
/** Servers close an idle connection after 5 s or more (Apache httpd, KeepAliveTimeout); an older one is not used again. */
const IDLE_MS = 4_000

/** The connections of one client, kept and used again: so many to each server. */
export class Connections {
  readonly http: Agent
  readonly https: TlsAgent
  #closed = false

  constructor(maxSockets: number = MAX_SOCKETS, tls: TlsOptions = {}) {
    const options = { keepAlive: true, maxSockets, timeout: IDLE_MS }
    this.http = this.#closable(new Agent(options))
    this.https = this.#closable(new TlsAgent({ ...options, ...agentOptionsOf(tls) }))
  }

  /** Fails every request, also those that wait for a connection, of which Node would tell the first alone. */
  close(): void {
    this.#closed = true
    for (const agent of [this.http, this.https]) {
      const waiting = Object.values(agent.requests).flatMap((queue) => queue ?? [])
      agent.destroy()
      for (const request of waiting) request.emit('error', new Error('closed'))
    }
  }

  /** An agent whose connections have gone opens new ones for requests that still wait, even if nobody wants these any more. */
  #closable<T extends Agent>(agent: T): T {
    const open = agent.createConnection.bind(agent)
    agent.createConnection = (options, callback) => {
      if (!this.#closed) return open(options, callback)
      // @ts-expect-error -- Node looks at the error alone, and there is no socket to give
      callback?.(new Error('closed'))
      return undefined
    }
    return agent
  }
}
