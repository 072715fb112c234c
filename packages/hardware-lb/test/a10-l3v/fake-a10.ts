import { createFakeServer, type FakeResponse, type Handler, type RouteTemplate } from '@amphora/conformance/fake-server'
import { own } from '@amphora/http'
import type { Certificate } from '../certificate.ts'
import type { Simulator } from '../simulator.ts'
import { createTokenBook, type TokenBook } from '../token-book.ts'

export interface FakeA10Options {
  readonly certificate?: Pick<Certificate, 'cert' | 'key'>
  readonly password: string
  /** The highest partition id. */
  readonly maxId?: number
  /** What HTTP says of a failure: the box is known by its own codes only, so a client must understand both. */
  readonly failures?: 'as-200' | 'as-4xx'
  readonly sessionLimit?: number
}

/** A10's box as its clients see it, and a hand on it. */
export interface FakeA10 extends Simulator {
  readonly book: TokenBook
  readonly partitions: ReadonlyMap<string, Partition>
  /** Starts it again: what has not been saved is undone, sessions are gone. */
  restart(): void
  /** The next so many changes are answered by a configuration manager that is busy. */
  setBusy(changes: number): void
  /** Makes the second half of deletions fail, or no longer. */
  setErasing(works: boolean): void
}

interface Partition {
  readonly name: string
  readonly id: number
  readonly config: Readonly<Record<string, unknown>>
  readonly isLoaded: boolean
  /** What the operational table says; `undefined`: it does not list it yet. */
  readonly word: string | undefined
}

const API = '/axapi/v3'
export const SIGNATURE_PREFIX = 'a10-canary-'
const OK: FakeResponse = { json: { response: { status: 'OK' } } }

/** *vendor-code*: acos-client `v30/responses.py`, a10-acos-axapi. */
const CODES = {
  absent: 1023460352,
  exists: 754974732,
  idTaken: 754974733,
  inUse: 33619969,
  invalid: 1023459393,
  busy: 1023463424,
} as const

export async function createFakeA10({
  certificate,
  password,
  maxId = 1_023,
  failures = 'as-200',
  sessionLimit = 30,
}: FakeA10Options): Promise<FakeA10> {
  const server = await createFakeServer(certificate === undefined ? {} : { tls: certificate })
  const partitions = new Map<string, Partition>()
  let saved = new Map<string, Partition>()
  let isHolding = false
  let isFull = false
  let busy = 0
  let canErase = true
  // *vendor-code*: 30 sessions by default (terraform-provider-thunder, `web_service`).
  const book = createTokenBook({
    user: 'ops',
    password,
    prefix: SIGNATURE_PREFIX,
    cap: sessionLimit,
    tokenOf: ({ authorization }) => /^A10 (\S+)$/.exec(authorization ?? '')?.[1],
  })

  function fails(code: number, msg: string, status: number): FakeResponse {
    const json = { response: { status: 'fail', err: { code, from: 'CM', msg } } }
    return failures === 'as-200' ? { json } : { status, json }
  }

  const absent = (): FakeResponse => fails(CODES.absent, 'Object specified does not exist (object: partition)', 404)

  /** *documentation*: every request but the login shows the signature ("Start Here"). */
  function route<const T extends RouteTemplate>(template: T, handler: Handler<T>): void {
    server.route(template, (request) =>
      book.check(request.headers) ? handler(request) : unauthorized(401, 'Invalid session ID'),
    )
  }

  function change<const T extends RouteTemplate>(template: T, handler: Handler<T>): void {
    route(template, (request) => {
      if (busy === 0) return handler(request)
      busy -= 1
      return fails(CODES.busy, 'Configuration manager is not ready', 503)
    })
  }

  server.route(`POST ${API}/auth`, (request) => {
    const credentials = own(request.json(), 'credentials')
    const issued = book.issue(own(credentials, 'username'), own(credentials, 'password'))
    if ('token' in issued) {
      const description = 'the signature should be set in Authorization header for following request.'
      return { json: { authresponse: { signature: issued.token, description } } }
    }
    // *assumed*: how one session too many is refused is in no source.
    if (issued.refused === 'cap') return unauthorized(403, 'Maximum number of sessions has been reached')
    return unauthorized(403, 'Incorrect user name or password')
  })
  route(`POST ${API}/logoff`, ({ headers: { authorization = '' } }) => {
    book.revoke(authorization.slice('A10 '.length))
    return OK
  })
  // *vendor-code*: acos-client `v30/action.py`.
  route(`GET ${API}/version/oper`, () => ({
    json: { version: { oper: { 'hw-platform': 'TH3040', 'sw-version': '5.2.1-p4, build 71 (Jun-23-2022,11:58)' } } },
  }))

  // *vendor-code*: ranges of texts; a box without a free id has none.
  route(`GET ${API}/partition-available-id/oper`, () => {
    const taken = new Set([...partitions.values()].map(({ id }) => id))
    const free = Array.from({ length: maxId }, (_, at) => at + 1).filter((id) => !taken.has(id) && !isFull)
    const ranges = rangesOf(free).map(([start, end]) => ({ start: String(start), end: String(end) }))
    return { json: { 'partition-available-id': { oper: ranges.length === 0 ? {} : { 'range-list': ranges } } } }
  })

  // *vendor-code*: the list is missing where there is none; what is unloaded is still among it.
  route(`GET ${API}/partition-all/oper`, () => {
    const list = [...partitions.values()]
      .filter(({ word }) => word !== undefined)
      .map(({ name, id, word, isLoaded }) => ({
        'partition-name': name,
        'partition-id': id,
        'partition-type': 'L3V',
        'app-type': 'ADC',
        'admin-count': 0,
        status: isLoaded ? word : 'Not-Active',
      }))
    const count = list.filter(({ status }) => status === 'Active').length
    const oper = { 'active-partition-count': count, ...(list.length === 0 ? {} : { 'partition-list': list }) }
    return { json: { 'partition-all': { oper } } }
  })

  // *assumed*: a collection without members is answered like a member that is not there.
  route(`GET ${API}/partition`, () => {
    const loaded = [...partitions.values()].filter(({ isLoaded }) => isLoaded)
    return loaded.length === 0 ? absent() : { json: { 'partition-list': loaded.map(({ config }) => config) } }
  })
  // *vendor-code*: what is unloaded is no longer in the configuration, and its tag is gone with it.
  route(`GET ${API}/partition/{name}`, ({ params: { name } }) => {
    const found = partitions.get(name)
    return found?.isLoaded === true ? { json: { partition: found.config } } : absent()
  })
  change(`POST ${API}/partition`, (request) => {
    const partition = own(request.json(), 'partition')
    const name = own(partition, 'partition-name')
    const id = own(partition, 'id')
    if (typeof name !== 'string' || name === '' || name.length > 14) {
      return fails(CODES.invalid, 'Value is out of range: partition-name', 400)
    }
    if (typeof id !== 'number' || id < 1 || id > maxId) return fails(CODES.invalid, 'Value is out of range: id', 400)
    // *vendor-code*: name and id each have a code of their own; an unloaded partition keeps both.
    if (partitions.has(name)) return fails(CODES.exists, 'Partition already exists', 400)
    if (isFull || [...partitions.values()].some((one) => one.id === id)) {
      return fails(CODES.idTaken, 'Partition id already exists', 400)
    }
    const config = { ...(partition as object), uuid: `uuid-${name}-${id}` }
    partitions.set(name, { name, id, config, isLoaded: true, word: isHolding ? undefined : 'Active' })
    return { json: { partition: config } }
  })

  // *vendor-code*: deleting is unloading, then erasing by name and id.
  change(`DELETE ${API}/partition/{name}`, ({ params: { name } }) => {
    const found = partitions.get(name)
    if (found?.isLoaded !== true) return absent()
    partitions.set(name, { ...found, isLoaded: false, word: 'Not-Active' })
    return OK
  })
  change(`POST ${API}/delete/partition`, (request) => {
    const partition = own(request.json(), 'partition')
    const found = partitions.get(String(own(partition, 'partition-name')))
    if (!canErase) return fails(CODES.inUse, 'Partition is in use', 400)
    if (found === undefined || found.id !== own(partition, 'id')) return absent()
    if (found.isLoaded) return fails(CODES.inUse, 'Partition is in use', 400)
    partitions.delete(found.name)
    return OK
  })

  // *vendor-code*: `{memory: {partition: "all"}}`; what is not written is undone by a restart.
  change(`POST ${API}/write/memory`, (request) => {
    if (own(own(request.json(), 'memory'), 'partition') !== 'all') return fails(CODES.invalid, 'Invalid value', 400)
    saved = new Map(partitions)
    return OK
  })

  return {
    server,
    book,
    partitions,
    inventory: () => [...partitions.values()].map(shown),
    holds: (name) => partitions.get(name)?.isLoaded === true,
    plant: (name) => {
      const id = rangesOf([...partitions.values()].map((one) => one.id)).length === 0 ? 900 : 900 + partitions.size
      const config = { 'partition-name': name, id, 'application-type': 'adc', uuid: `uuid-${name}` }
      partitions.set(name, { name, id, config, isLoaded: true, word: 'Active' })
      return `${name}~${id}:`
    },
    force: (name, word) => {
      const found = partitions.get(name)
      if (found !== undefined) partitions.set(name, { ...found, word: word === 'unlisted' ? undefined : word })
    },
    setFull: (full) => void (isFull = full),
    setHeld: (hold) => {
      isHolding = hold
      if (hold) return
      for (const [name, one] of partitions) if (one.word === undefined) partitions.set(name, { ...one, word: 'Active' })
    },
    restart: () => {
      partitions.clear()
      for (const [name, one] of saved) partitions.set(name, one)
      book.expireAll()
    },
    setBusy: (changes) => void (busy = changes),
    setErasing: (works) => void (canErase = works),
    close: () => server.close(),
  }
}

/** *vendor-code*: acos-client reads `code` and `error`. */
function unauthorized(code: number, error: string): FakeResponse {
  const uris = { auth_uri: `${API}/auth`, logoff_uri: `${API}/logoff` }
  return {
    status: code,
    json: { authorizationschema: { code, error, ...uris, username: 'required', password: 'required' } },
  }
}

function shown({ name, id, config, isLoaded }: Partition): string {
  const nonce = /^amphora:[^:]+:[^:]+:([^:]+)/.exec(String(config['user-tag']))?.[1] ?? ''
  return `${name}~${id}:${isLoaded ? nonce : 'unloaded'}`
}

function rangesOf(ids: readonly number[]): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = []
  for (const id of ids) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === id - 1) last[1] = id
    else ranges.push([id, id])
  }
  return ranges
}
