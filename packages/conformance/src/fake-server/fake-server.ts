import type { FakeClock } from './clock.ts'
import { systemClock } from './clock.ts'
import { Endpoint } from './endpoint.ts'
import type { Injection, Match, WireFault } from './fault.ts'
import { Injections } from './injections.ts'
import type { Moment, RecordedRequest } from './recorded-request.ts'
import { RequestLog } from './request-log.ts'
import type { Handler, RouteOptions, RouteTemplate } from './route.ts'
import { RouteTable } from './route-table.ts'
import { serve } from './serve.ts'
import type { Workshop } from './serve.ts'

/** Where the server listens, and what holds for every request. */
export interface FakeServerOptions {
  /** Listen on a unix socket in a temporary folder of its own. Default: a free port of 127.0.0.1. */
  readonly unix?: boolean
  /** Speak HTTPS with this certificate and key, PEM both. Every fault works as without. Not on a unix socket. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Milliseconds between a request's arrival and its handler (or its fault). Default 0. */
  readonly latencyMs?: number
  /** Bytes of request body; what is longer is answered with 413 and marked unexpected. Default 16 MiB. */
  readonly maxBodyBytes?: number
  /** Gives the path that routes are matched against, without the query: for a version prefix that may be left out. */
  readonly rewrite?: (path: string) => string
  /** Default: the system's. */
  readonly clock?: FakeClock
}

/**
 * An HTTP/1.1 server on a real socket, on which a fake backend is built: routes, a log of what arrived, and faults on
 * the wire. Whoever names a route that does not exist gets an error listing those that do.
 */
export interface FakeServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, `https://127.0.0.1:<port>`, or `unix://<path>`. Stays the same through `down` and `up`. */
  readonly url: string
  /** `undefined` on TCP. */
  readonly socketPath: string | undefined

  /** Adds a route, or replaces the one of the same template. */
  route<const T extends RouteTemplate>(template: T, handler: Handler<T>, options?: RouteOptions): void

  /**
   * Puts a fault in force. Of several that match a request, the one injected first is played. Resolves when it holds:
   * for `refuse`, when nobody listens any more.
   */
  inject(fault: WireFault): Promise<Injection>

  /**
   * Stops listening and destroys every connection, as when the backend dies. On a unix socket the file goes too
   * (`ENOENT`), or stays behind with `staleSocket` (`ECONNREFUSED`); TCP refuses. Disposing of the result is `up()`.
   */
  down(options?: { readonly staleSocket?: boolean }): Promise<AsyncDisposable>
  /**
   * Listens again on the same address, unless a `refuse` is in force. Rejects where another process took the port
   * meanwhile.
   */
  up(): Promise<void>

  /** What arrived since the last `clear()`, oldest first; of one route, if given. The log has no bound. */
  requests(template?: RouteTemplate): readonly RecordedRequest[]
  /** `requests(template).length`. */
  count(template?: RouteTemplate): number
  /** Those that should not have happened; each says why in its `unexpected`. A good test ends by expecting none. */
  unexpected(): readonly RecordedRequest[]
  /** Empties the log. Faults and routes stay. */
  clear(): void
  /**
   * The nth request (default 1) in the log that has reached this moment (default `arrived`), as soon as there is one.
   * Rejects when the server closes before.
   */
  seen(template: RouteTemplate, nth?: number, moment?: Moment): Promise<RecordedRequest>
  /** Resolves when no handler runs or is still to run, be it for latency or `act-late`. Hanging ones do not count. */
  idle(): Promise<void>

  /** Destroys every connection, ends every wait, removes the socket and its folder. Never rejects; may be called again. */
  close(): Promise<void>
}

/** A fake server on a unix socket. */
export interface UnixFakeServer extends FakeServer {
  readonly socketPath: string
}

/** Makes a server and listens. It keeps the process alive until `close()`. */
export function createFakeServer(
  options: FakeServerOptions & { readonly unix: true; readonly tls?: never },
): Promise<UnixFakeServer>
export function createFakeServer(options?: FakeServerOptions): Promise<FakeServer>
export async function createFakeServer(options: FakeServerOptions = {}): Promise<FakeServer> {
  const routes = new RouteTable()
  const log = new RequestLog()
  const injections = new Injections()
  const closing = new AbortController()
  const shop: Workshop = {
    routes,
    log,
    injections,
    closing: closing.signal,
    clock: options.clock ?? systemClock,
    latencyMs: options.latencyMs ?? 0,
    maxBodyBytes: options.maxBodyBytes ?? 16 * 1024 * 1024,
    rewrite: options.rewrite ?? ((path) => path),
    reset: (request) => endpoint.reset(request.socket),
  }
  const endpoint = await Endpoint.open(
    { unix: options.unix === true, tls: options.tls },
    (request, response) => void serve(request, response, shop),
  )
  const demand = (template: Match | undefined): void => {
    if (typeof template === 'string') routes.demand(template)
  }

  const server: FakeServer = {
    url: endpoint.url,
    socketPath: endpoint.socketPath,
    route: (template, handler, { latencyMs } = {}) => routes.set({ template, handler, latencyMs }),
    inject: async (fault) => {
      demand(fault.kind === 'refuse' ? fault.after : fault.on)
      if (fault.kind !== 'refuse') return injections.add(fault)
      const refusal = Symbol(fault.kind)
      return injections.addRefusal(
        fault,
        () => endpoint.hold(refusal, true),
        () => endpoint.release(refusal),
      )
    },
    down: async ({ staleSocket = false } = {}) => {
      await endpoint.hold(server, staleSocket)
      await endpoint.destroyConnections()
      return { [Symbol.asyncDispose]: () => endpoint.release(server) }
    },
    up: () => endpoint.release(server),
    requests: (template) => {
      demand(template)
      return log.list(template)
    },
    count: (template) => server.requests(template).length,
    unexpected: () => log.list().filter((exchange) => exchange.unexpected !== undefined),
    clear: () => log.clear(),
    seen: (template, nth = 1, moment = 'arrived') => {
      demand(template)
      return log.seen(template, nth, moment)
    },
    idle: () => log.idle(),
    close: async () => {
      closing.abort()
      log.close()
      await endpoint.close()
    },
    [Symbol.asyncDispose]: () => server.close(),
  }
  return server
}
