import { Agent, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import { inspect } from 'node:util'
import type { Endpoint } from './options.ts'

/** Holds the connections to one engine, and keeps the library from two things that it does unasked. */
export type EngineAgent = Agent

/** A header that is none: whoever sends gets the request that is made with it, which the library keeps to itself. */
export const TAKEN: unique symbol = Symbol('taken')

/** The headers of a request to be. */
export interface Headers {
  readonly [TAKEN]?: (request: ClientRequest) => void
  readonly [inspect.custom]?: () => string
}

/** 16 calls in flight and two more for deletes, as many as core lets through. */
const MAX_SOCKETS = 18

/** For calls: few connections, kept. */
export function callAgent(endpoint: Endpoint): EngineAgent {
  return agentFor(endpoint, { keepAlive: true, maxSockets: MAX_SOCKETS })
}

/** For events and pulls, which hold a connection for long and must not take one from the calls. */
export function streamAgent(endpoint: Endpoint): EngineAgent {
  return agentFor(endpoint, { keepAlive: false })
}

function agentFor(endpoint: Endpoint, options: { keepAlive: boolean; maxSockets?: number }): EngineAgent {
  if (endpoint.kind !== 'tls') return tamed(new Agent(options))
  const { ca, cert, key, servername } = endpoint.tls
  return tamed(
    new TlsAgent({
      ...options,
      cert,
      key,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(ca === undefined ? {} : { ca }),
      ...(servername === undefined ? {} : { servername }),
    }),
  )
}

/**
 * docker-modem formats each request with everything that hangs on it for its debug log, debugging or not: with an agent
 * that shows its sockets 400 calls at once take seconds. And it follows redirects, to any host: an answer that has lost
 * its `Location` leads nowhere (docker-modem 5.0.7, lib/modem.js and lib/http.js).
 */
function tamed(agent: Agent): EngineAgent {
  if (!takesRequests(agent)) throw new TypeError('this Node hands requests to its agents in a way that is not known')
  const add = agent.addRequest.bind(agent)
  agent.addRequest = (request, options, ...rest): void => {
    request.prependOnceListener('response', leadNowhere)
    options.headers?.[TAKEN]?.(request)
    add(request, options, ...rest)
  }
  return Object.defineProperty(agent, inspect.custom, { value: () => '[Agent]' })
}

function leadNowhere(response: IncomingMessage): void {
  const { statusCode = 0 } = response
  if (statusCode >= 300 && statusCode < 400) delete response.headers.location
}

/** Node's own door, undocumented and the same since 0.12; other agents are built on it too. */
interface TakesRequests {
  addRequest: (request: ClientRequest, options: { readonly headers?: Headers }, ...rest: readonly unknown[]) => void
}

function takesRequests(agent: Agent): agent is Agent & TakesRequests {
  return 'addRequest' in agent && typeof agent.addRequest === 'function'
}
