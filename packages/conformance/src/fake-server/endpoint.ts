import { once } from 'node:events'
import { renameSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { portHolder, type HoldPort } from './held-port.ts'

/** How an endpoint listens: on a unix socket, on a port, or on a port with TLS. */
export interface EndpointOptions {
  readonly unix: boolean
  /** PEM. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
}

const NO_TIMEOUTS = { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 }

/** An address that is kept while nobody listens there, and the connections made to it. */
export class Endpoint {
  readonly socketPath: string | undefined
  #port = 0
  #server: Server | undefined
  #staleSocket = false
  readonly #tls: EndpointOptions['tls']
  readonly #onRequest: RequestListener
  readonly #ended = new Set<Promise<unknown>>()
  /** By the socket that the kernel knows: under TLS another lies over it, which cannot be reset. */
  readonly #connections = new Map<Socket, Set<ServerResponse>>()
  /** Whoever wants nobody to listen. The server listens while this is empty. */
  readonly #holds = new Set<unknown>()
  #turn: Promise<void> = Promise.resolve()
  readonly #holdPort: HoldPort | undefined
  /** Keeps the port from whoever asks the kernel for any, while nobody listens. */
  #heldPort: Promise<Disposable | undefined> | undefined
  #isClosed = false

  static async open({ unix, tls }: EndpointOptions, onRequest: RequestListener): Promise<Endpoint> {
    if (unix && tls !== undefined)
      throw new TypeError('a fake server on a unix socket has no TLS; leave out one of them')
    const path = unix ? join(await mkdtemp(join(tmpdir(), 'fake-server-')), 'http.sock') : undefined
    const endpoint = new Endpoint(path, tls, onRequest, unix ? undefined : await portHolder())
    await endpoint.#listen()
    return endpoint
  }

  private constructor(
    socketPath: string | undefined,
    tls: EndpointOptions['tls'],
    onRequest: RequestListener,
    holdPort: HoldPort | undefined,
  ) {
    this.socketPath = socketPath
    this.#tls = tls
    this.#onRequest = onRequest
    this.#holdPort = holdPort
  }

  get url(): string {
    if (this.socketPath !== undefined) return `unix://${this.socketPath}`
    return `${this.#tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.#port}`
  }

  /**
   * Nobody listens from the moment this returns. What is under way goes on, on connections that end with it. Resolves
   * when idle clients in this process know, so that their next request opens a connection instead of losing one.
   */
  async hold(holder: unknown, staleSocket: boolean): Promise<void> {
    this.#holds.add(holder)
    this.#staleSocket = staleSocket
    this.#stop()
    for (const [socket, responses] of this.#connections) {
      if (responses.size === 0) socket.destroy()
      for (const response of responses) response.shouldKeepAlive = false
    }
    await this.#turn
    await settleHandles()
    await this.#heldPort
  }

  async release(holder: unknown): Promise<void> {
    this.#holds.delete(holder)
    const turn = this.#turn.then(() => this.#listen())
    this.#turn = turn.catch(() => undefined)
    await turn
  }

  async destroyConnections(): Promise<void> {
    for (const wire of this.#connections.keys()) this.#resetWire(wire)
    await Promise.all(this.#ended)
    await settleHandles()
  }

  /** RST. A pipe has none, and `resetAndDestroy` throws on it. */
  reset(socket: Socket): void {
    this.#resetWire(this.#wireOf(socket))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.hold(this, false)
    await this.destroyConnections()
    this.#letPortGo()
    if (this.socketPath !== undefined) await rm(dirname(this.socketPath), { recursive: true, force: true })
  }

  async #listen(): Promise<void> {
    if (this.#server || this.#holds.size > 0) return
    if (this.socketPath !== undefined) rmSync(this.socketPath, { force: true })
    const server = this.#createServer((request, response) => this.#track(request, response))
    server.on('connection', (socket) => this.#connect(socket))
    server.listen(this.socketPath === undefined ? { host: '127.0.0.1', port: this.#port } : { path: this.socketPath })
    await once(server, 'listening')
    const address = server.address()
    if (typeof address === 'object' && address) this.#port = address.port
    this.#server = server
    this.#letPortGo()
    if (this.#holds.size > 0) this.#stop()
  }

  #letPortGo(): void {
    void this.#heldPort?.then((held) => held?.[Symbol.dispose]())
    this.#heldPort = undefined
  }

  #createServer(onRequest: RequestListener): Server {
    if (this.#tls === undefined) return createServer(NO_TIMEOUTS, onRequest)
    return createTlsServer({ ...NO_TIMEOUTS, ...this.#tls }, onRequest)
  }

  #resetWire(wire: Socket): void {
    if (this.socketPath !== undefined || wire.destroyed) wire.destroy()
    else wire.resetAndDestroy()
  }

  #wireOf(socket: Socket): Socket {
    if (this.#tls === undefined) return socket
    const { remotePort } = socket
    return [...this.#connections.keys()].find((wire) => wire.remotePort === remotePort) ?? socket
  }

  /** libuv removes a unix socket's file when it closes the handle, at once and by name: hence the file's detour. */
  #stop(): void {
    const server = this.#server
    this.#server = undefined
    const file = this.socketPath
    const keep = this.#staleSocket && file !== undefined && server !== undefined
    if (keep) renameSync(file, `${file}.aside`)
    if (server) {
      const ended = once(server, 'close').finally(() => this.#ended.delete(ended))
      this.#ended.add(ended)
      server.close()
      if (!this.#isClosed) this.#heldPort = this.#holdPort?.(this.#port)
    }
    if (keep) renameSync(`${file}.aside`, file)
    else if (file !== undefined && !this.#staleSocket) rmSync(file, { force: true })
  }

  #connect(socket: Socket): void {
    this.#connections.set(socket, new Set())
    socket.once('close', () => this.#connections.delete(socket))
  }

  #track(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    const responses = this.#connections.get(this.#wireOf(socket))
    responses?.add(response)
    response.once('close', () => {
      responses?.delete(response)
      if (!this.#server && responses?.size === 0) socket.destroySoon()
    })
    this.#onRequest(request, response)
  }
}

/** A handle is gone, and its peer in this process told, only some turns of the event loop after its `close`. */
async function settleHandles(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await setImmediate()
}
