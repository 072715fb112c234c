import { randomUUID } from 'node:crypto'
import {
  createFakeServer,
  type FakeResponse,
  type FakeServer,
  type RecordedRequest,
} from '@amphora/conformance/fake-server'
import type { CreateBody, WireServer } from '../src/wire.ts'

export const TOKEN = 'token-4f1d0c9ab27e'
export const IMAGE = 'haproxy-3'
const FLAVORS: ReadonlySet<unknown> = new Set([undefined, 'small', 'large'])
/** How long everything takes, milliseconds. */
const STEP_MS = 10

interface Server {
  readonly id: string
  readonly sequence: number
  readonly made: CreateBody
  readonly created: string
  status: string
  /** What it turns into, and when; `undefined`: it vanishes. */
  next?: { readonly status: string | undefined; readonly at: number } | undefined
}

/** The backend, as far as the driver knows it, on a real socket. */
// here: your backend's API; let it be as strict and as slow to finish as the real one
export class Fake__Name__ {
  readonly wire: FakeServer
  isFull = false
  #isHeld = false
  #sequence = 0
  readonly #servers = new Map<string, Server>()

  private constructor(wire: FakeServer) {
    this.wire = wire
    const route = (
      template: Parameters<FakeServer['route']>[0],
      act: (request: RecordedRequest) => FakeResponse,
    ): void =>
      wire.route(template, (request) =>
        request.headers.authorization === `Bearer ${TOKEN}`
          ? act(request)
          : { status: 401, json: { error: 'who-are-you' } },
      )
    route('GET /version', () => ({ json: { version: '1.4' } }))
    route('POST /servers', (request) => this.#create(request.json() as CreateBody))
    route('GET /servers', ({ query }) => this.#list(query))
    route('GET /servers/{id}', ({ params }) => this.#at(params['id'], (server) => ({ json: shown(server) })))
    route('DELETE /servers/{id}', ({ params }) =>
      this.#at(params['id'], (server) => this.#turn(server, 'DELETING', undefined)),
    )
    route('POST /servers/{id}/suspend', ({ params }) =>
      this.#at(params['id'], (server) => this.#turn(server, 'SUSPENDING', 'SUSPENDED', ['ACTIVE'])),
    )
    route('POST /servers/{id}/resume', ({ params }) =>
      this.#at(params['id'], (server) => this.#turn(server, 'RESUMING', 'ACTIVE', ['SUSPENDED'])),
    )
  }

  static async open(): Promise<Fake__Name__> {
    return new Fake__Name__(await createFakeServer())
  }

  /** What exists, oldest first. */
  get servers(): readonly Server[] {
    for (const server of this.#servers.values()) this.#grow(server)
    return [...this.#servers.values()]
  }

  named(name: string): Server {
    const found = this.servers.find(({ made }) => made.name === name)
    if (found === undefined) throw new RangeError(`there is no server of the name ${name}`)
    return found
  }

  /** Puts a server there, ready, that bears nobody's mark. */
  plant(name: string): Server {
    return this.#add({ name, image: IMAGE, flavor: undefined, files: [], userData: undefined, tags: {} }, 'ACTIVE')
  }

  /** Makes the API say this word, until a request changes it. */
  force(name: string, status: string): void {
    Object.assign(this.named(name), { status, next: undefined })
  }

  /** Nothing that was begun comes to its end until this is disposed of. */
  hold(): Disposable {
    this.#isHeld = true
    return { [Symbol.dispose]: () => void (this.#isHeld = false) }
  }

  #create(made: CreateBody): FakeResponse {
    if (this.servers.some((server) => server.made.name === made.name)) return refused(409, 'name-taken')
    if (made.image !== IMAGE) return refused(422, 'unknown-image')
    if (!FLAVORS.has(made.flavor)) return refused(422, 'unknown-flavor')
    if (this.isFull) return refused(409, 'no-capacity')
    const server = this.#add(made, 'BUILD')
    server.next = { status: 'ACTIVE', at: Date.now() + STEP_MS }
    return { status: 202, json: shown(server) }
  }

  /** A marker outlives the server that it was made of. */
  #list(query: URLSearchParams): FakeResponse {
    const [name, after, limit] = [query.get('name'), Number(query.get('after')), Number(query.get('limit'))]
    const rest = this.servers.filter(({ made, sequence }) => (name === null || made.name === name) && sequence > after)
    const page = rest.slice(0, limit)
    const next = rest.length > limit ? { next: String(page.at(-1)?.sequence) } : {}
    return { json: { servers: page.map(shown), ...next } }
  }

  #at(id: string | undefined, act: (server: Server) => FakeResponse): FakeResponse {
    const found = this.servers.find((server) => server.id === id)
    return found === undefined ? refused(404, 'no-such-server') : act(found)
  }

  #turn(server: Server, via: string, to: string | undefined, from?: readonly string[]): FakeResponse {
    if (from !== undefined && !from.includes(server.status)) return refused(409, 'busy')
    server.status = via
    server.next = { status: to, at: Date.now() + STEP_MS }
    return { status: 202 }
  }

  #add(made: CreateBody, status: string): Server {
    const server: Server = {
      id: randomUUID(),
      sequence: ++this.#sequence,
      made,
      created: new Date().toISOString(),
      status,
    }
    this.#servers.set(server.id, server)
    return server
  }

  #grow(server: Server): void {
    const { next } = server
    if (next === undefined || this.#isHeld || Date.now() < next.at) return
    server.next = undefined
    if (next.status === undefined) this.#servers.delete(server.id)
    else server.status = next.status
  }
}

function refused(status: number, error: string): FakeResponse {
  return { status, json: { error } }
}

function shown({ id, sequence, made, created, status }: Server): WireServer {
  const { name, image, flavor, tags } = made
  const fault = status === 'ERROR' ? 'it has burnt down' : undefined
  return { id, name, image, flavor, tags, created, status, fault, addresses: [`192.0.2.${sequence % 256}`] }
}
