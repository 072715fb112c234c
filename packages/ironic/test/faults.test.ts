import { getEventListeners } from 'node:events'
import { AmphoraComputeError } from '@amphora/core'
import { createFakeServer, type RequestFault, type RouteTemplate } from '@amphora/conformance/fake-server'
import { OpenStackError } from '@amphora/openstack'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NETWORK, testCall, testOrder, type TestCall } from './call.ts'
import { all, bench, clear, failure, trail, type Bench } from './driver.ts'
import type { FakeNode } from './fake-ironic.ts'

let open: Bench
let id: string
let node: FakeNode
let builds = 0
beforeAll(async () => {
  open = await bench({}, { nodes: Array.from({ length: 400 }, (_, index) => ({ name: `node-${index}` })) })
  id = await open.driver.build(testOrder({ networkIds: [NETWORK] }), testCall())
  await open.fake.settle()
  const found = open.fake.nodeOf(id)
  if (found === undefined) throw new Error('it has no node')
  node = found
})
afterAll(() => open[Symbol.asyncDispose]())
beforeEach(() => {
  open.fake.conductor.force(node, { provisionState: 'active', powerState: 'power on' })
  clear(open.fake)
})

type Verb = keyof typeof routes

/** Every verb with every route of Ironic's that it uses. */
const routes = {
  status: ['GET /v1/nodes/{ident}'],
  getAmphora: ['GET /v1/nodes/{ident}'],
  find: ['GET /v1/allocations/{ident}', 'GET /v1/nodes/{ident}'],
  list: ['GET /v1/allocations', 'GET /v1/nodes'],
  check: ['GET /v1/allocations', 'GET /v1/nodes'],
  delete: ['GET /v1/nodes/{ident}', 'PUT /v1/nodes/{ident}/states/provision'],
  suspend: ['GET /v1/nodes/{ident}', 'PATCH /v1/nodes/{ident}', 'PUT /v1/nodes/{ident}/states/power'],
  resume: ['GET /v1/nodes/{ident}', 'PATCH /v1/nodes/{ident}', 'PUT /v1/nodes/{ident}/states/power'],
  validate: ['GET /v1/nodes', 'GET /v1/allocations/{ident}'],
  build: [
    'POST /v1/allocations',
    'GET /v1/allocations/{ident}',
    'PATCH /v1/nodes/{ident}',
    'POST /v1/nodes/{ident}/vifs',
    'GET /v1/nodes/{ident}/validate',
    'PUT /v1/nodes/{ident}/states/provision',
  ],
} as const satisfies Readonly<Record<string, readonly RouteTemplate[]>>

const cells: readonly (readonly [Verb, RouteTemplate])[] = Object.entries(routes).flatMap(([verb, list]) =>
  list.map((on) => [verb as Verb, on] as const),
)

function run(verb: Verb, call: TestCall): Promise<unknown> {
  const { driver } = open
  const calls: Readonly<Record<Verb, () => Promise<unknown>>> = {
    status: () => driver.status(id, call),
    getAmphora: () => driver.getAmphora(id, call),
    find: () => driver.find('web-1', call),
    list: () => all(driver.list(call)),
    check: () => driver.check(call),
    delete: () => driver.delete(id, call),
    suspend: () => driver.suspend(id, call),
    resume: () => driver.resume(id, call),
    validate: () => driver.validate(testOrder(), call),
    build: () => driver.build(testOrder({ name: `built-${(builds += 1)}`, networkIds: [NETWORK] }), call),
  }
  return calls[verb]()
}

/** A machine as the verb needs it: on, or off under our mark. */
function prepare(verb: Verb): void {
  const key = `amphora_${id}`
  const { suspended: _suspended, resumed: _resumed, ...marks } = node.instanceInfo[key] as Record<string, unknown>
  const isOff = verb === 'resume'
  open.fake.conductor.force(node, {
    powerState: isOff ? 'power off' : 'power on',
    instanceInfo: { ...node.instanceInfo, [key]: isOff ? { ...marks, suspended: true } : marks },
  })
}

async function fails(verb: Verb, fault: RequestFault): Promise<AmphoraComputeError> {
  prepare(verb)
  await using injected = await open.fake.server.inject(fault)
  const error = await failure(run(verb, testCall()))
  expect(injected.hits).toBeGreaterThan(0)
  expect(error).toBeInstanceOf(AmphoraComputeError)
  return error as AmphoraComputeError
}

/** What a failure of a build may say is left behind, where it is not certain that nothing was done. */
const unsure = (verb: Verb): object => (verb === 'build' ? { outcome: 'in-doubt' } : {})

describe.each(cells)('%s, where %s', (verb, on) => {
  it('breaks off is unavailable', async () => {
    for (const kind of ['reset-before', 'cut-body'] as const) {
      const error = await fails(verb, { kind, on, ...(kind === 'cut-body' ? { act: false } : {}) })
      expect(error).toMatchObject({ code: 'unavailable', reason: 'http/connection-lost', ...unsure(verb) })
    }
  })

  it('answers 502, 503 or 504 is unavailable, and 500 is internal', async () => {
    for (const [status, code] of [
      [502, 'unavailable'],
      [503, 'unavailable'],
      [504, 'unavailable'],
      [500, 'internal'],
    ] as const) {
      expect(await fails(verb, { kind: 'status', on, status, text: '<html>' })).toMatchObject({ code, ...unsure(verb) })
    }
  })

  it('answers with what moves no breaker has a code of its own, and a build has left nothing to be deployed', async () => {
    for (const [status, code] of [
      [401, 'unauthenticated'],
      [403, 'permission-denied'],
      [429, 'resource-exhausted'],
    ] as const) {
      const error = await fails(verb, { kind: 'status', on, status, headers: { 'retry-after': '7' } })
      const isProtected = verb === 'delete' && on.startsWith('PUT') && status === 403
      expect(error.code).toBe(isProtected ? 'failed-precondition' : code)
      expect(error.recovery.tripsBreaker).toBe(false)
      expect(error).not.toMatchObject({ outcome: 'in-doubt' })
    }
  })

  it('answers 404 in its place is an outage, and nothing is gone because of it', async () => {
    const error = await fails(verb, { kind: 'status', on, status: 404, text: '<html>404</html>' })
    expect(error).toMatchObject({ code: 'unavailable', reason: 'ironic/not-ironic' })
  })

  it('points elsewhere goes nowhere', async () => {
    await using elsewhere = await createFakeServer()
    for (const status of [302, 307, 308] as const) {
      const error = await fails(verb, { kind: 'redirect', on, to: `${elsewhere.url}/stolen`, status })
      expect(error).toMatchObject({ code: 'internal', reason: 'ironic/unexpected-redirect', ...unsure(verb) })
    }
    expect(elsewhere.count()).toBe(0)
  })

  it('says nothing rejects as soon as the signal aborts', async () => {
    prepare(verb)
    await using _hang = await open.fake.server.inject({ kind: 'hang', on })
    const call = testCall()
    const ended = failure(run(verb, call))
    await open.fake.server.seen(on)
    const abortedAt = performance.now()
    call.abort('deadline-exceeded')
    expect(await ended).toMatchObject({ code: 'deadline-exceeded', ...unsure(verb) })
    expect(performance.now() - abortedAt).toBeLessThan(250)
    expect(getEventListeners(call.signal, 'abort')).toEqual([])
  })
})

describe.each(cells.filter(([, on]) => !on.startsWith('PUT') && !on.endsWith('/vifs')))('%s, where %s', (verb, on) => {
  it('answers with something else is internal', async () => {
    const wrong: readonly RequestFault[] = [
      { kind: 'malformed', act: false },
      { kind: 'empty', act: false },
      { kind: 'wrong-shape', act: false },
      { kind: 'wrong-shape', act: false, json: [] },
      { kind: 'wrong-shape', act: false, json: null },
      { kind: 'wrong-shape', act: false, json: 7 },
    ]
    for (const fault of wrong) {
      expect(await fails(verb, { ...fault, on })).toMatchObject({ code: 'internal', ...unsure(verb) })
    }
  })
})

describe('an outage', () => {
  it('is unavailable, and nothing of a build was sent', async () => {
    await using _down = await open.fake.server.down()
    for (const verb of Object.keys(routes) as Verb[]) {
      expect(await failure(run(verb, testCall()))).toMatchObject({
        code: 'unavailable',
        ...(verb === 'build' ? { outcome: 'not-created' } : {}),
      })
    }
  })

  it('of Keystone before the first call is unavailable, and nothing was sent', async () => {
    const driver = open.connect()
    await using _down = await open.fake.keystone.server.down()
    const built = driver.build(testOrder({ name: 'never' }), testCall())
    expect(await failure(built)).toMatchObject({ code: 'unavailable', outcome: 'not-created' })
    expect(open.fake.server.count()).toBe(0)
  })

  it('of Neutron gives the reservation of a build up, where that is certain', async () => {
    await using _down = await open.fake.neutron.server.down()
    const before = open.fake.allocations().length
    const built = open.driver.build(testOrder({ name: 'no-net', networkIds: [NETWORK] }), testCall())
    expect(await failure(built)).toMatchObject({ code: 'unavailable' })
    expect(open.fake.allocations().length).toBeLessThanOrEqual(before + 1)
    expect(open.fake.nodes().filter(({ provisionState }) => provisionState === 'deploying')).toEqual([])
  })
})

describe('a signal', () => {
  it('that has aborted lets nothing be sent', async () => {
    for (const verb of Object.keys(routes) as Verb[]) {
      const call = testCall()
      call.abort()
      expect(await failure(run(verb, call))).toMatchObject({
        code: 'cancelled',
        ...(verb === 'build' ? { outcome: 'not-created' } : {}),
      })
    }
    expect(trail(open.fake)).toEqual([])
  })

  it('keeps no listener after many calls', async () => {
    const call = testCall()
    for (let at = 0; at < 50; at += 1) await open.driver.status(id, call)
    await all(open.driver.list(call))
    await open.driver.getAmphora(id, call)
    expect(getEventListeners(call.signal, 'abort')).toEqual([])
  })
})

describe('an error', () => {
  it('of a request alone is an OpenStackError to the driver, and one of core to everybody', async () => {
    const error = await fails('status', { kind: 'status', status: 500 })
    expect(error).toBeInstanceOf(OpenStackError)
    expect(error).toMatchObject({ step: 'show the node', status: 500 })
  })

  it('says the request id to the operator, and the words of Ironic only there', async () => {
    const faultstring = 'conductor metal-17.internal refuses. Value: secret-of-the-request'
    const error = await fails('delete', {
      kind: 'status',
      on: 'PUT /v1/nodes/{ident}/states/provision',
      status: 503,
      headers: { 'openstack-request-id': 'req-0815' },
      json: { error_message: JSON.stringify({ faultcode: 'Server', faultstring, debuginfo: null }) },
    })
    expect(error.message).not.toMatch(/metal-17|req-0815/)
    expect(String(error.cause)).toMatch(/metal-17.*req-0815/)
    expect(`${String(error.cause)}${JSON.stringify(error)}`).not.toContain('secret-of-the-request')
  })

  it('of a request that held files and user data repeats nothing of what was answered', async () => {
    const on = 'PUT /v1/nodes/{ident}/states/provision'
    const faultstring = 'user_data: secret-of-the-drive'
    const json = { error_message: JSON.stringify({ faultcode: 'Client', faultstring, debuginfo: null }) }
    const error = await fails('build', { kind: 'status', on, status: 400, json })
    expect(`${error.message}${String(error.cause)}${error.stack}`).not.toContain('secret-of-the-drive')
  })
})
