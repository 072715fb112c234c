import { testCall } from '@amphora/fake-openstack'
import { cellsOf, failureUnder, routeFaultSuite, type FaultSubject } from '@amphora/fake-openstack/suites'
import { OpenStackError } from '@amphora/openstack'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NETWORK, testOrder } from './call.ts'
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

/** A machine as the verb needs it: on, or off under our mark. */
function prepare(verb: string): void {
  const key = `amphora_${id}`
  const { suspended: _suspended, resumed: _resumed, ...marks } = node.instanceInfo[key] as Record<string, unknown>
  const isOff = verb === 'resume'
  open.fake.conductor.force(node, {
    powerState: isOff ? 'power off' : 'power on',
    instanceInfo: { ...node.instanceInfo, [key]: isOff ? { ...marks, suspended: true } : marks },
  })
}

const SHOW = 'GET /v1/nodes/{ident}'
const PATCH = 'PATCH /v1/nodes/{ident}'
const POWER = 'PUT /v1/nodes/{ident}/states/power'
const PROVISION = 'PUT /v1/nodes/{ident}/states/provision'
const ALLOCATION = 'GET /v1/allocations/{ident}'
const LISTS = ['GET /v1/allocations', 'GET /v1/nodes'] as const

const subject: FaultSubject = {
  verbs: {
    status: { routes: [SHOW], run: (call) => open.driver.status(id, call) },
    getAmphora: { routes: [SHOW], run: (call) => open.driver.getAmphora(id, call) },
    find: { routes: [ALLOCATION, SHOW], run: (call) => open.driver.find('web-1', call) },
    list: { routes: LISTS, run: (call) => all(open.driver.list(call)) },
    check: { routes: LISTS, run: (call) => open.driver.check(call) },
    delete: { routes: [SHOW, PROVISION], run: (call) => open.driver.delete(id, call) },
    suspend: { routes: [SHOW, PATCH, POWER], run: (call) => open.driver.suspend(id, call) },
    resume: { routes: [SHOW, PATCH, POWER], run: (call) => open.driver.resume(id, call) },
    validate: { routes: ['GET /v1/nodes', ALLOCATION], run: (call) => open.driver.validate(testOrder(), call) },
    build: {
      routes: [
        'POST /v1/allocations',
        ALLOCATION,
        PATCH,
        'POST /v1/nodes/{ident}/vifs',
        'GET /v1/nodes/{ident}/validate',
        PROVISION,
      ],
      run: (call) => open.driver.build(testOrder({ name: `built-${(builds += 1)}`, networkIds: [NETWORK] }), call),
    },
  },
  prepare,
  reads: (_verb, on) => !on.startsWith('PUT') && !on.endsWith('/vifs'),
  outcome: () => 'in-doubt',
  reasonPrefix: 'ironic',
  server: () => open.fake.server,
  keystone: () => open.fake.keystone.server,
  firstBuild: (call) => open.connect().build(testOrder({ name: 'never' }), call),
  trail: () => trail(open.fake),
}

routeFaultSuite(subject)

describe.each(cellsOf(subject))('%s, where %s', (verb, on) => {
  it('answers with what moves no breaker has a code of its own, and a build has left nothing to be deployed', async () => {
    for (const [status, code] of [
      [401, 'unauthenticated'],
      [403, 'permission-denied'],
      [429, 'resource-exhausted'],
    ] as const) {
      const error = await failureUnder(subject, verb, { kind: 'status', on, status, headers: { 'retry-after': '7' } })
      const isProtected = verb === 'delete' && on.startsWith('PUT') && status === 403
      expect(error.code).toBe(isProtected ? 'failed-precondition' : code)
      expect(error.recovery.tripsBreaker).toBe(false)
      expect(error).not.toMatchObject({ outcome: 'in-doubt' })
    }
  })

  it('answers 404 in its place is an outage, and nothing is gone because of it', async () => {
    const error = await failureUnder(subject, verb, { kind: 'status', on, status: 404, text: '<html>404</html>' })
    expect(error).toMatchObject({ code: 'unavailable', reason: 'ironic/not-ironic' })
  })
})

describe('an outage', () => {
  it('of Neutron gives the reservation of a build up, where that is certain', async () => {
    await using _down = await open.fake.neutron.server.down()
    const before = open.fake.allocations().length
    const built = open.driver.build(testOrder({ name: 'no-net', networkIds: [NETWORK] }), testCall())
    expect(await failure(built)).toMatchObject({ code: 'unavailable' })
    expect(open.fake.allocations().length).toBeLessThanOrEqual(before + 1)
    expect(open.fake.nodes().filter(({ provisionState }) => provisionState === 'deploying')).toEqual([])
  })
})

describe('an error', () => {
  it('of a request alone is an OpenStackError to the driver, and one of core to everybody', async () => {
    const error = await failureUnder(subject, 'status', { kind: 'status', status: 500 })
    expect(error).toBeInstanceOf(OpenStackError)
    expect(error).toMatchObject({ step: 'show the node', status: 500 })
  })

  it('says the request id to the operator, and the words of Ironic only there', async () => {
    const faultstring = 'conductor metal-17.internal refuses. Value: secret-of-the-request'
    const error = await failureUnder(subject, 'delete', {
      kind: 'status',
      on: PROVISION,
      status: 503,
      headers: { 'openstack-request-id': 'req-0815' },
      json: { error_message: JSON.stringify({ faultcode: 'Server', faultstring, debuginfo: null }) },
    })
    expect(error.message).not.toMatch(/metal-17|req-0815/)
    expect(String(error.cause)).toMatch(/metal-17.*req-0815/)
    expect(`${String(error.cause)}${JSON.stringify(error)}`).not.toContain('secret-of-the-request')
  })

  it('of a request that held files and user data repeats nothing of what was answered', async () => {
    const faultstring = 'user_data: secret-of-the-drive'
    const json = { error_message: JSON.stringify({ faultcode: 'Client', faultstring, debuginfo: null }) }
    const error = await failureUnder(subject, 'build', { kind: 'status', on: PROVISION, status: 400, json })
    expect(`${error.message}${String(error.cause)}${error.stack}`).not.toContain('secret-of-the-drive')
  })
})
