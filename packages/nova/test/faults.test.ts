import { testCall } from '@amphora/fake-openstack'
import { cellsOf, failureUnder, routeFaultSuite, type FaultSubject } from '@amphora/fake-openstack/suites'
import { OpenStackError } from '@amphora/openstack'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { all, bench, clear, NETWORK2, plantOurs, trail, type Bench } from './driver.ts'
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

const SHOW = 'GET /v2.1/servers/{id}'
const ACT = 'POST /v2.1/servers/{id}/action'
const INTERFACES = 'GET /v2.1/servers/{id}/os-interface'

const subject: FaultSubject = {
  verbs: {
    status: { routes: [SHOW], run: (call) => open.driver.status(server.id, call) },
    getAmphora: { routes: [SHOW, INTERFACES], run: (call) => open.driver.getAmphora(server.id, call) },
    find: { routes: ['GET /v2.1/servers/detail'], run: (call) => open.driver.find('web-1', call) },
    list: { routes: ['GET /v2.1/servers/detail'], run: (call) => all(open.driver.list(call)) },
    check: { routes: ['GET /v2.1/limits'], run: (call) => open.driver.check(call) },
    delete: { routes: [SHOW, 'DELETE /v2.1/servers/{id}'], run: (call) => open.driver.delete(server.id, call) },
    suspend: { routes: [SHOW, ACT], run: (call) => open.driver.suspend(server.id, call) },
    resume: { routes: [SHOW, ACT], run: (call) => open.driver.resume(server.id, call) },
    attach: {
      routes: [SHOW, INTERFACES, 'POST /v2.1/servers/{id}/os-interface'],
      run: (call) => open.driver.attachNetworkOrPort(server.id, { networkId: NETWORK2 }, call),
    },
    detach: {
      routes: [SHOW, 'DELETE /v2.1/servers/{id}/os-interface/{port}'],
      run: (call) => open.driver.detachPort(server.id, group, call),
    },
    createGroup: {
      routes: ['GET /v2.1/os-server-groups', 'POST /v2.1/os-server-groups'],
      run: (call) => open.driver.createPlacementGroup('other', 'affinity', call),
    },
    deleteGroup: {
      routes: ['GET /v2.1/os-server-groups/{id}', 'DELETE /v2.1/os-server-groups/{id}'],
      run: (call) => open.driver.deletePlacementGroup(group, call),
    },
    validate: {
      routes: [
        'GET /v2.1/limits',
        'GET /v2.1/servers/detail',
        'GET /v2.1/os-availability-zone',
        'GET /v2.1/os-server-groups/{id}',
      ],
      run: (call) => open.driver.validate(order({ placementGroupId: group, availabilityZone: 'nova' }), call),
    },
    build: {
      routes: ['GET /v2.1/servers/detail', 'POST /v2.1/servers'],
      run: (call) => open.driver.build(order({ name: `built-${(builds += 1)}` }), call),
    },
  },
  prepare: (verb) => {
    if (verb === 'resume') open.cloud.force(server, 'SUSPENDED')
  },
  reads: (verb, on) => !on.startsWith('DELETE') && verb !== 'suspend' && verb !== 'resume',
  outcome: (on) => (on.startsWith('POST') ? 'in-doubt' : 'not-created'),
  reasonPrefix: 'nova',
  server: () => open.cloud.server,
  keystone: () => open.cloud.keystone.server,
  firstBuild: (call) => open.connect().build(order({ name: 'never' }), call),
  trail: () => trail(open.cloud),
}

routeFaultSuite(subject)

describe.each(cellsOf(subject))('%s, where %s', (verb, on) => {
  it('answers with what moves no breaker has a code of its own', async () => {
    for (const [status, code] of [
      [401, 'unauthenticated'],
      [403, 'permission-denied'],
      [429, 'resource-exhausted'],
    ] as const) {
      const error = await failureUnder(subject, verb, { kind: 'status', on, status, headers: { 'retry-after': '7' } })
      expect(error).toMatchObject({ code, ...(verb === 'build' ? { outcome: 'not-created' } : {}) })
      expect(error.recovery.tripsBreaker).toBe(false)
    }
  })
})

describe('an error', () => {
  it('of a request alone is an OpenStackError to the driver, and one of core to everybody', async () => {
    const error = await failureUnder(subject, 'status', { kind: 'status', status: 500 })
    expect(error).toBeInstanceOf(OpenStackError)
    expect(error).toMatchObject({ step: 'show the server', status: 500 })
  })

  it('says the request id to the operator, and the words of Nova only there', async () => {
    const error = await failureUnder(subject, 'suspend', {
      kind: 'status',
      on: ACT,
      status: 400,
      headers: { 'x-openstack-request-id': 'req-0815' },
      json: { badRequest: { code: 400, message: 'host compute-17.internal. Value: secret-of-the-request' } },
    })
    expect(error.message).not.toMatch(/compute-17|req-0815/)
    expect(String(error.cause)).toMatch(/compute-17.*req-0815/)
    expect(`${String(error.cause)}${JSON.stringify(error)}`).not.toContain('secret-of-the-request')
  })
})
