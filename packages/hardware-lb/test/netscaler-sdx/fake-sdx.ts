import { randomUUID } from 'node:crypto'
import { createFakeServer, type FakeResponse, type Handler, type RouteTemplate } from '@amphora/conformance/fake-server'
import { own } from '@amphora/http'
import type { Certificate } from '../certificate.ts'
import type { Simulator } from '../simulator.ts'
import { createTokenBook, type TokenBook } from '../token-book.ts'

export interface FakeSdxOptions {
  readonly certificate?: Pick<Certificate, 'cert' | 'key'>
  readonly password: string
  /** Instances that there is room for. */
  readonly room?: number
  /** What HTTP says of a failure: no source says what an SDX does, so a client must understand both. */
  readonly failures?: 'as-200' | 'as-4xx'
}

/** The management service of an SDX as its clients see it, and a hand on it. */
export interface FakeSdx extends Simulator {
  readonly book: TokenBook
  readonly instances: ReadonlyMap<string, Instance>
  /** Instances that are made from now on fail on their way, or no longer. */
  setFailing(fails: boolean): void
}

export interface Instance {
  readonly config: Readonly<Record<string, unknown>>
  readonly vm: string
  readonly state: string
  readonly isStarting: boolean
}

export const API = '/nitro/v1/config'
/** *documentation*: sessions begin so ("REST web services"). */
export const SESSION_PREFIX = '##sdx-canary-'
const DONE = { errorcode: 0, message: 'Done', severity: 'NONE' } as const
/** *vendor-code*: 258 and 444 of adc-nitro-go. *documentation*: 354. *assumed*: 10001, and every text. */
const CODES = { absent: 258, credentials: 354, ended: 444, refused: 10_001 } as const

export async function createFakeSdx({
  certificate,
  password,
  room = Number.POSITIVE_INFINITY,
  failures = 'as-200',
}: FakeSdxOptions): Promise<FakeSdx> {
  const server = await createFakeServer(certificate === undefined ? {} : { tls: certificate })
  const instances = new Map<string, Instance>()
  let isHolding = false
  let isFull = false
  let isFailing = false
  const book = createTokenBook({
    user: 'ops',
    password,
    prefix: SESSION_PREFIX,
    tokenOf: ({ cookie }) => /^NITRO_AUTH_TOKEN=(\S+)$/.exec(cookie ?? '')?.[1],
  })

  /** *documentation*: `errorcode` is in every answer, and is what counts. */
  function fails(errorcode: number, message: string, status: number): FakeResponse {
    const json = { errorcode, message, severity: 'ERROR' }
    return failures === 'as-200' ? { json } : { status, json }
  }

  const absent = (): FakeResponse => fails(CODES.absent, 'No such resource', 404)

  /** *documentation*: every request but the login shows the session, and never a name and a password beside it. */
  function route<const T extends RouteTemplate>(template: T, handler: Handler<T>): void {
    server.route(template, (request) => {
      if (request.headers['x-nitro-user'] !== undefined) return fails(CODES.refused, 'Ambiguous authentication', 400)
      return book.check(request.headers) ? handler(request) : fails(CODES.ended, 'Session expired or killed', 401)
    })
  }

  function put(key: string, changes: Partial<Instance>): void {
    const found = instances.get(key)
    if (found !== undefined) instances.set(key, { ...found, ...changes })
  }

  /** *assumed*: how long an instance takes to start. It is minutes on a box; here it has started at the next look. */
  function advance(): void {
    for (const [key, { isStarting }] of instances) {
      if (isStarting && !isHolding) put(key, { state: isFailing ? 'Provisioning Failed' : 'Up', isStarting: false })
    }
  }

  const started = (): Omit<Instance, 'config'> => ({
    vm: 'Running',
    state: 'Out of Service',
    isStarting: true,
  })
  const named = (name: string): string | undefined =>
    [...instances].find(([, { config }]) => config['name'] === name)?.[0]

  server.route(`POST ${API}/login`, (request) => {
    const login = own(request.json(), 'login')
    const issued = book.issue(own(login, 'username'), own(login, 'password'))
    if ('refused' in issued) return fails(CODES.credentials, 'Invalid username or password', 401)
    const headers = { 'set-cookie': `NITRO_AUTH_TOKEN=${issued.token}; path=/nitro/v1` }
    return { status: 201, headers, json: { ...DONE, login: [{ sessionid: issued.token }] } }
  })
  route(`DELETE ${API}/login`, ({ headers: { cookie = '' } }) => {
    book.revoke(cookie.slice('NITRO_AUTH_TOKEN='.length))
    return { json: DONE }
  })
  route(`GET ${API}/mps`, () => ({
    json: { ...DONE, mps: [{ id: 'mps', product: 'SDX', build_number: '13.1-48.47' }] },
  }))

  route(`GET ${API}/ns`, () => {
    advance()
    return { json: { ...DONE, ns: [...instances].map(shown) } }
  })
  route(`GET ${API}/ns/{id}`, ({ params: { id } }) => {
    advance()
    const found = instances.get(id)
    return found === undefined ? absent() : { json: { ...DONE, ns: [shown([id, found])] } }
  })

  // *vendor-code*: 200, 201 or 202, and `ns[0].id`. *assumed*: how a lack of room, and an address in use, are refused.
  route(`POST ${API}/ns`, (request) => {
    const ns = own(request.json(), 'ns')
    const missing = REQUIRED.find((field) => typeof own(ns, field) !== 'string' || own(ns, field) === '')
    if (missing !== undefined) return fails(CODES.refused, `Invalid value for ${missing}`, 400)
    const address = own(ns, 'ip_address')
    if ([...instances.values()].some(({ config }) => config['ip_address'] === address)) {
      return fails(CODES.refused, `IP Address ${String(address)} is already in use`, 409)
    }
    if (isFull || instances.size >= room) {
      return fails(CODES.refused, 'Insufficient throughput on the appliance for this instance', 400)
    }
    const key = randomUUID()
    instances.set(key, { config: { ...(ns as object) }, ...started() })
    return { status: 201, json: { ...DONE, ns: [{ id: key, name: own(ns, 'name') }] } }
  })
  // *vendor-code*: `?action=start` and `stop`. *assumed*: stopping takes no time.
  route(`POST ${API}/ns/{id}`, ({ params: { id }, query }) => {
    const found = instances.get(id)
    if (found === undefined) return absent()
    switch (query.get('action')) {
      case 'start':
        put(id, found.vm === 'Halted' ? started() : {})
        return { json: DONE }
      case 'stop':
        put(id, { vm: 'Halted', state: 'Out of Service', isStarting: false })
        return { json: DONE }
      default:
        return fails(CODES.refused, 'Invalid action', 400)
    }
  })
  // *vendor-code*: by id. *assumed*: gone at once.
  route(`DELETE ${API}/ns/{id}`, ({ params: { id } }) => (instances.delete(id) ? { json: DONE } : absent()))

  return {
    server,
    book,
    instances,
    inventory: () => [...instances].map(([key, { config }]) => `${key}:${nonceOf(config['description'])}`),
    holds: (name) => named(name) !== undefined,
    plant: (name) => {
      const key = randomUUID()
      const config = { name, ip_address: `10.9.9.${instances.size + 1}`, description: 'made by hand' }
      instances.set(key, { config, vm: 'Running', state: 'Up', isStarting: false })
      return `${key}:`
    },
    force: (name, word) => {
      const [vm = '', state = 'Up'] = word.split('/')
      put(named(name) ?? '', { vm, state, isStarting: false })
    },
    setFull: (full) => void (isFull = full),
    setHeld: (hold) => void (isHolding = hold),
    setFailing: (failing) => void (isFailing = failing),
    close: () => server.close(),
  }
}

/** *vendor-code*: terraform-provider-netscalersdx needs the address; the rest is in each of its examples. */
const REQUIRED = ['name', 'ip_address', 'netmask', 'gateway', 'image_name', 'profile_name', 'license'] as const

/** *vendor-code*: every value that is no list is a text. */
function shown([id, { config, vm, state }]: readonly [string, Instance]): object {
  return { ...config, id, vm_state: vm, instance_state: state, image_name: config['image_name'] ?? '' }
}

function nonceOf(description: unknown): string {
  return /^amphora:[^:]+:[^:]+:([^:]+)/.exec(String(description))?.[1] ?? ''
}
