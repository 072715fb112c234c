import { getEventListeners } from 'node:events'
import { AmphoraComputeError } from '@amphora/core'
import { createFakeServer, type RequestFault, type RouteTemplate } from '@amphora/conformance/fake-server'
import { OpenStackError } from '@amphora/openstack'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testCall, type TestCall } from './call.ts'
import { all, bench, clear, failure, NETWORK2, plantOurs, trail, type Bench } from './driver.ts'
import type { FakeInstance } from './fake-nova.ts'
import { NETWORK, order } from './order.ts'

let open: Bench
let server: FakeInstance
let group: string
let builds = 0
beforeAll(async () => {
  open = await bench({ reportPorts: true })
  server = plantOurs(open.cloud, 'web-1')
  open.cloud.compute.attach(server, { networkId: NETWORK })
  group = await open.driver.createPlacementGroup('pair', 'affinity', testCall())
})
afterAll(() => open[Symbol.asyncDispose]())
beforeEach(() => {
  open.cloud.force(server, 'ACTIVE')
  clear(open.cloud)
})

type Verb = keyof typeof routes

/** Every verb with every route of Nova's that it uses. */
const routes = {
  status: ['GET /v2.1/servers/{id}'],
  getAmphora: ['GET /v2.1/servers/{id}', 'GET /v2.1/servers/{id}/os-interface'],
  find: ['GET /v2.1/servers/detail'],
  list: ['GET /v2.1/servers/detail'],
  check: ['GET /v2.1/limits'],
  delete: ['GET /v2.1/servers/{id}', 'DELETE /v2.1/servers/{id}'],
  suspend: ['GET /v2.1/servers/{id}', 'POST /v2.1/servers/{id}/action'],
  resume: ['GET /v2.1/servers/{id}', 'POST /v2.1/servers/{id}/action'],
  attach: ['GET /v2.1/servers/{id}', 'GET /v2.1/servers/{id}/os-interface', 'POST /v2.1/servers/{id}/os-interface'],
  detach: ['GET /v2.1/servers/{id}', 'DELETE /v2.1/servers/{id}/os-interface/{port}'],
  createGroup: ['GET /v2.1/os-server-groups', 'POST /v2.1/os-server-groups'],
  deleteGroup: ['GET /v2.1/os-server-groups/{id}', 'DELETE /v2.1/os-server-groups/{id}'],
  validate: [
    'GET /v2.1/limits',
    'GET /v2.1/servers/detail',
    'GET /v2.1/os-availability-zone',
    'GET /v2.1/os-server-groups/{id}',
  ],
  build: ['GET /v2.1/servers/detail', 'POST /v2.1/servers'],
} as const satisfies Readonly<Record<string, readonly RouteTemplate[]>>

const cells: readonly (readonly [Verb, RouteTemplate])[] = Object.entries(routes).flatMap(([verb, list]) =>
  list.map((on) => [verb as Verb, on] as const),
)

function run(verb: Verb, call: TestCall): Promise<unknown> {
  const { driver } = open
  const { id } = server
  const calls: Readonly<Record<Verb, () => Promise<unknown>>> = {
    status: () => driver.status(id, call),
    getAmphora: () => driver.getAmphora(id, call),
    find: () => driver.find('web-1', call),
    list: () => all(driver.list(call)),
    check: () => driver.check(call),
    delete: () => driver.delete(id, call),
    suspend: () => driver.suspend(id, call),
    resume: () => driver.resume(id, call),
    attach: () => driver.attachNetworkOrPort(id, { networkId: NETWORK2 }, call),
    detach: () => driver.detachPort(id, group, call),
    createGroup: () => driver.createPlacementGroup('other', 'affinity', call),
    deleteGroup: () => driver.deletePlacementGroup(group, call),
    validate: () => driver.validate(order({ placementGroupId: group, availabilityZone: 'nova' }), call),
    build: () => driver.build(order({ name: `built-${(builds += 1)}` }), call),
  }
  return calls[verb]()
}

function prepare(verb: Verb): void {
  if (verb === 'resume') open.cloud.force(server, 'SUSPENDED')
}

async function fails(verb: Verb, fault: RequestFault): Promise<AmphoraComputeError> {
  prepare(verb)
  await using injected = await open.cloud.server.inject(fault)
  const error = await failure(run(verb, testCall()))
  expect(injected.hits).toBeGreaterThan(0)
  expect(error).toBeInstanceOf(AmphoraComputeError)
  return error as AmphoraComputeError
}

/** What a failure of a build says is left behind: before the create nothing is. */
function outcome(verb: Verb, on: RouteTemplate): object {
  if (verb !== 'build') return {}
  return { outcome: on.startsWith('POST') ? 'in-doubt' : 'not-created' }
}

describe.each(cells)('%s, where %s', (verb, on) => {
  it('breaks off is unavailable', async () => {
    for (const kind of ['reset-before', 'cut-body'] as const) {
      const error = await fails(verb, { kind, on, ...(kind === 'cut-body' ? { act: false } : {}) })
      expect(error).toMatchObject({ code: 'unavailable', reason: 'http/connection-lost', ...outcome(verb, on) })
    }
  })

  it('answers 502, 503 or 504 is unavailable, and 500 is internal', async () => {
    for (const [status, code] of [
      [502, 'unavailable'],
      [503, 'unavailable'],
      [504, 'unavailable'],
      [500, 'internal'],
    ] as const) {
      expect(await fails(verb, { kind: 'status', on, status, text: '<html>' })).toMatchObject({
        code,
        ...outcome(verb, on),
      })
    }
  })

  it('answers with what moves no breaker has a code of its own', async () => {
    for (const [status, code] of [
      [401, 'unauthenticated'],
      [403, 'permission-denied'],
      [429, 'resource-exhausted'],
    ] as const) {
      const error = await fails(verb, { kind: 'status', on, status, headers: { 'retry-after': '7' } })
      expect(error).toMatchObject({ code, ...(verb === 'build' ? { outcome: 'not-created' } : {}) })
      expect(error.recovery.tripsBreaker).toBe(false)
    }
  })

  it('points elsewhere goes nowhere', async () => {
    await using elsewhere = await createFakeServer()
    for (const status of [302, 307, 308] as const) {
      const error = await fails(verb, { kind: 'redirect', on, to: `${elsewhere.url}/stolen`, status })
      expect(error).toMatchObject({ code: 'internal', reason: 'nova/unexpected-redirect', ...outcome(verb, on) })
    }
    expect(elsewhere.count()).toBe(0)
  })

  it('says nothing rejects as soon as the signal aborts', async () => {
    prepare(verb)
    await using _hang = await open.cloud.server.inject({ kind: 'hang', on })
    const call = testCall()
    const ended = failure(run(verb, call))
    await open.cloud.server.seen(on)
    const abortedAt = performance.now()
    call.abort('deadline-exceeded')
    expect(await ended).toMatchObject({ code: 'deadline-exceeded', ...outcome(verb, on) })
    expect(performance.now() - abortedAt).toBeLessThan(250)
    expect(getEventListeners(call.signal, 'abort')).toEqual([])
  })
})

describe.each(cells.filter(([verb, on]) => !on.startsWith('DELETE') && verb !== 'suspend' && verb !== 'resume'))(
  '%s, where %s',
  (verb, on) => {
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
        expect(await fails(verb, { ...fault, on })).toMatchObject({ code: 'internal', ...outcome(verb, on) })
      }
    })
  },
)

describe('an outage', () => {
  it('is unavailable, and nothing of a build was sent', async () => {
    await using _down = await open.cloud.server.down()
    for (const verb of Object.keys(routes) as Verb[]) {
      expect(await failure(run(verb, testCall()))).toMatchObject({
        code: 'unavailable',
        ...(verb === 'build' ? { outcome: 'not-created' } : {}),
      })
    }
  })

  it('of Keystone before the first call is unavailable, and nothing was sent', async () => {
    const driver = open.connect()
    await using _down = await open.cloud.keystone.server.down()
    expect(await failure(driver.build(order({ name: 'never' }), testCall()))).toMatchObject({
      code: 'unavailable',
      outcome: 'not-created',
    })
    expect(open.cloud.server.count()).toBe(0)
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
    expect(trail(open.cloud)).toEqual([])
  })

  it('keeps no listener after many calls', async () => {
    const call = testCall()
    for (let at = 0; at < 50; at += 1) await open.driver.status(server.id, call)
    await all(open.driver.list(call))
    await open.driver.getAmphora(server.id, call)
    expect(getEventListeners(call.signal, 'abort')).toEqual([])
  })
})

describe('an error', () => {
  it('of a request alone is an OpenStackError to the driver, and one of core to everybody', async () => {
    const error = await fails('status', { kind: 'status', status: 500 })
    expect(error).toBeInstanceOf(OpenStackError)
    expect(error).toMatchObject({ step: 'show the server', status: 500 })
  })

  it('says the request id to the operator, and the words of Nova only there', async () => {
    const error = await fails('suspend', {
      kind: 'status',
      on: 'POST /v2.1/servers/{id}/action',
      status: 400,
      headers: { 'x-openstack-request-id': 'req-0815' },
      json: { badRequest: { code: 400, message: 'host compute-17.internal. Value: secret-of-the-request' } },
    })
    expect(error.message).not.toMatch(/compute-17|req-0815/)
    expect(String(error.cause)).toMatch(/compute-17.*req-0815/)
    expect(`${String(error.cause)}${JSON.stringify(error)}`).not.toContain('secret-of-the-request')
  })
})
