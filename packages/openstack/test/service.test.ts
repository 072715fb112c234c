import { createFakeServer, type FakeServer } from '@amphora/conformance/fake-server'
import { AmphoraComputeError, silentLogger, systemClock, type Logger } from '@amphora/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Service } from '../src/index.ts'
import {
  createCloud,
  endless,
  failure,
  listServers,
  microversion,
  novaOf,
  versionDocument,
  type Cloud,
} from './cloud.ts'
import { refusal, versionDocument as recorded } from './fixture.ts'

const SERVERS = 'GET /v2.1/servers'
const DOCUMENT = 'GET /v2.1/'
let cloud: Cloud

beforeEach(async () => {
  cloud = await createCloud()
})
afterEach(() => cloud.close())

describe('a request', () => {
  it('goes to the service with the token, and comes back with what the service says', async () => {
    cloud.nova.route('POST /v2.1/servers/{id}/action', (request) =>
      cloud.keystone.guard(request, () => ({
        status: 202,
        json: { done: true },
        headers: { 'X-Openstack-Request-Id': 'req-7', date: 'Mon, 23 Nov 2026 16:27:27 GMT' },
      })),
    )
    const answer = await novaOf(cloud.session()).send({
      method: 'POST',
      path: ['servers', 'a/b', 'action'],
      query: { limit: 3, tag: ['x', 'y'], none: undefined },
      json: { suspend: null },
      signal: endless(),
      step: 'suspend the server',
    })
    expect(answer).toEqual({
      status: 202,
      body: { done: true },
      requestId: 'req-7',
      dateMs: Date.parse('2026-11-23T16:27:27Z'),
    })
    const [request] = cloud.nova.requests()
    expect(request?.path).toBe('/v2.1/servers/a%2Fb/action')
    expect(request?.query.toString()).toBe('limit=3&tag=x&tag=y')
    expect(request?.json()).toEqual({ suspend: null })
    expect(request?.headers['x-auth-token']).toBe([...cloud.keystone.tokens][0])
    expect(request?.headers).not.toHaveProperty('openstack-api-version')
  })

  it.each(['', '.', '..'])('with the segment %j is refused, and nothing is sent', async (id) => {
    const nova = novaOf(cloud.session())
    const asking = nova.send({ method: 'DELETE', path: ['servers', id], signal: endless(), step: 'delete the server' })
    expect(await failure(asking)).toMatchObject({ code: 'invalid-argument', verdict: 'unsent' })
    expect(cloud.nova.count()).toBe(0)
  })

  it('is refused with what the recorded service said, and says which it was', async () => {
    const { status, headers, body } = refusal('nova 400 echoing user data')
    cloud.nova.route(SERVERS, () => ({ status, headers, json: body }))
    const error = await failure(listServers(novaOf(cloud.session())))
    expect(error).toMatchObject({
      code: 'invalid-argument',
      verdict: 'refused',
      status: 400,
      requestId: 'req-394a1ef4-38f6-4e54-8082-74f0680579b9',
      step: 'list servers',
      message: 'Nova would not list servers and answered 400',
    })
    expect(String(error.cause)).toBe(
      'Error: HTTP 400 Invalid input for field/attribute user_data. (req-394a1ef4-38f6-4e54-8082-74f0680579b9)',
    )
  })

  it.each([
    ['reset-before', 'unavailable', 'http/connection-lost', 'unsure'],
    ['lose-response', 'unavailable', 'http/connection-lost', 'unsure'],
    ['malformed', 'internal', 'http/unreadable-answer', 'unsure'],
    ['cut-body', 'unavailable', 'http/connection-lost', 'unsure'],
    ['huge-body', 'internal', 'http/unreadable-answer', 'unsure'],
    ['redirect', 'internal', 'nova/unexpected-redirect', 'unsure'],
    ['refuse', 'unavailable', 'http/unreachable', 'unsent'],
  ] as const)('after %s is %s, %s, %s', async (kind, code, reason, verdict) => {
    const nova = novaOf(cloud.session())
    await listServers(nova)
    await cloud.nova.inject(kind === 'redirect' ? { kind, to: cloud.keystone.authUrl } : { kind })
    expect(await failure(listServers(nova))).toMatchObject({ code, reason, verdict, step: 'list servers' })
    expect(cloud.keystone.server.count()).toBe(1)
  })

  it('takes 32 MiB where it is told, and 1 MiB where it is not', async () => {
    cloud.nova.route(SERVERS, () => ({ text: `"${'x'.repeat(2 * 1024 * 1024)}"` }))
    const nova = novaOf(cloud.session())
    expect(await failure(listServers(nova))).toMatchObject({ reason: 'http/unreadable-answer' })
    const maxBytes = 32 * 1024 * 1024
    const asking = nova.send({ method: 'GET', path: ['servers'], signal: endless(), step: 'list servers', maxBytes })
    expect((await asking).status).toBe(200)
  })

  it('whose refusal the driver fails to explain is in doubt, and shows nothing', async () => {
    cloud.nova.route(SERVERS, () => ({ status: 409, json: {} }))
    const explain = (): never => {
      throw new Error('canary')
    }
    const error = await failure(listServers(novaOf(cloud.session(), { explain })))
    expect(error).toMatchObject({ code: 'internal', verdict: 'unsure' })
    expect(`${error.message}${String(error.cause)}`).not.toContain('canary')
  })

  it('reports the reason of its signal', async () => {
    const nova = novaOf(cloud.session())
    await listServers(nova)
    await cloud.nova.inject({ kind: 'hang' })
    const controller = new AbortController()
    const failing = failure(listServers(nova, controller.signal))
    await cloud.nova.seen(SERVERS, 2)
    controller.abort(new AmphoraComputeError('Time is over', { code: 'deadline-exceeded', reason: 'core/deadline' }))
    expect(await failing).toMatchObject({
      message: 'Time is over',
      code: 'deadline-exceeded',
      reason: 'core/deadline',
      verdict: 'unsure',
    })
  })

  it('to an older catalogue keeps the id of the project', async () => {
    cloud.keystone.catalogue.set('compute', `${cloud.nova.url}/v2.1/14574bb704364cd88ee9256a25128cb6`)
    cloud.nova.route('GET /v2.1/{project}/servers', () => ({ json: { servers: [] } }))
    const nova = novaOf(cloud.session(), { microversion })
    await listServers(nova)
    expect(cloud.nova.requests().map(({ path }) => path)).toEqual([
      '/v2.1/',
      '/v2.1/14574bb704364cd88ee9256a25128cb6/servers',
    ])
  })

  it('to a service without a version in its address gets one', async () => {
    cloud.keystone.catalogue.set('network', cloud.nova.url)
    cloud.nova.route('GET /v2.0/networks', () => ({ json: { networks: [] } }))
    const neutron = cloud.session().service('network', { peer: 'Neutron', reasonPrefix: 'nova', versionPath: ['v2.0'] })
    const asking = neutron.send({ method: 'GET', path: ['networks'], signal: endless(), step: 'list networks' })
    expect((await asking).status).toBe(200)
  })

  it('to an override goes there and not where the catalogue says', async () => {
    const other = await createFakeServer()
    other.route('GET /compute/v2.1/servers', () => ({ json: {} }))
    const session = cloud.session({ endpointOverride: { compute: `${other.url}/compute/v2.1` } })
    await listServers(novaOf(session))
    expect(other.count()).toBe(1)
    expect(cloud.nova.count()).toBe(0)
    await other.close()
  })

  it('to a service that the catalogue lacks is not sent', async () => {
    const session = cloud.session({ region: 'RegionTwo' })
    expect(await failure(listServers(novaOf(session)))).toMatchObject({
      reason: 'openstack/no-endpoint',
      message: 'Nova cannot be found: the catalogue has no region "RegionTwo" of "compute"; it has RegionOne',
      verdict: 'unsent',
    })
  })
})

describe('a microversion', () => {
  it('is discovered once, without the token, however many want it, and asked for with each request', async () => {
    const nova = novaOf(cloud.session(), { microversion })
    await Promise.all(Array.from({ length: 100 }, () => listServers(nova)))
    expect(cloud.nova.count(DOCUMENT)).toBe(1)
    expect(cloud.nova.requests(DOCUMENT)[0]?.headers).not.toHaveProperty('x-auth-token')
    const asked = cloud.nova.requests(SERVERS).map(({ headers }) => headers['openstack-api-version'])
    expect(new Set(asked)).toEqual(new Set(['compute 2.79']))
    expect(await nova.microversion(endless())).toBe('2.79')
    expect(await nova.maximum(endless())).toBe('2.93')
    expect(cloud.nova.count(DOCUMENT)).toBe(1)
  })

  it("is the service's highest where that is lower than ours", async () => {
    cloud.nova.route(DOCUMENT, () => versionDocument('2.1', '2.60'))
    expect(await novaOf(cloud.session(), { microversion }).microversion(endless())).toBe('2.60')
  })

  it('may be another for one request', async () => {
    const nova = novaOf(cloud.session(), { microversion })
    await nova.send({ method: 'GET', path: ['servers'], signal: endless(), step: 'list servers', microversion: '2.56' })
    expect(cloud.nova.requests(SERVERS)[0]?.headers['openstack-api-version']).toBe('compute 2.56')
    expect(cloud.nova.count(DOCUMENT)).toBe(0)
  })

  it.each([
    ['2.1', '2.8', 'Nova has the microversions 2.1 to 2.8, and one of 2.9 to 2.79 is needed'],
    ['2.80', '2.93', 'Nova has the microversions 2.80 to 2.93, and one of 2.9 to 2.79 is needed'],
  ])('that both have is missing at %s to %s', async (lowest, highest, message) => {
    cloud.nova.route(DOCUMENT, () => versionDocument(lowest, highest))
    const nova = novaOf(cloud.session(), { microversion: { ...microversion, floor: '2.9' } })
    const expected = { code: 'failed-precondition', reason: 'nova/microversion', verdict: 'unsent', message }
    expect(await failure(listServers(nova))).toMatchObject(expected)
    expect(await failure(nova.microversion(endless()))).toMatchObject(expected)
    expect(await nova.maximum(endless())).toBe(highest)
    expect(cloud.nova.count(SERVERS)).toBe(0)
  })

  it('is missing where there are none', async () => {
    const { headers, body } = recorded('nova without microversions')
    cloud.nova.route(DOCUMENT, () => ({ json: body, headers }))
    expect(await failure(listServers(novaOf(cloud.session(), { microversion })))).toMatchObject({
      code: 'failed-precondition',
      reason: 'nova/microversion',
      message: 'Nova has no microversions, and one of 2.1 to 2.79 is needed',
    })
  })

  it.each([
    [{ kind: 'status', status: 503 }, 'unavailable', undefined],
    [{ kind: 'status', status: 401 }, 'unauthenticated', undefined],
    [{ kind: 'wrong-shape' }, 'internal', 'nova/unreadable-answer'],
    [{ kind: 'empty' }, 'internal', 'nova/unreadable-answer'],
    [{ kind: 'reset-before' }, 'unavailable', 'http/connection-lost'],
    [{ kind: 'redirect', to: '/' }, 'internal', 'nova/unexpected-redirect'],
  ] as const)(
    'that cannot be told because of %j lets nothing leave, and is asked for again',
    async (fault, code, reason) => {
      const nova = novaOf(cloud.session(), { microversion })
      const injection = await cloud.nova.inject({ ...fault, on: DOCUMENT })
      expect(await failure(listServers(nova))).toMatchObject({ code, reason, verdict: 'unsent' })
      expect(cloud.nova.count(SERVERS)).toBe(0)
      await injection.dispose()
      await listServers(nova)
      expect(cloud.nova.count(DOCUMENT)).toBe(2)
    },
  )

  it('is waited for by others when one has left', async () => {
    let release = (): void => undefined
    cloud.nova.route(DOCUMENT, async () => {
      await new Promise<void>((resolve) => (release = resolve))
      return versionDocument('2.1', '2.93')
    })
    const nova = novaOf(cloud.session(), { microversion })
    const leaving = new AbortController()
    const left = failure(listServers(nova, leaving.signal))
    const stays = listServers(nova)
    await cloud.nova.seen(DOCUMENT)
    leaving.abort(new AmphoraComputeError('enough', { code: 'cancelled' }))
    expect(await left).toMatchObject({ code: 'cancelled', verdict: 'unsent' })
    release()
    expect(await stays).toMatchObject({ status: 200 })
    expect(cloud.nova.count(DOCUMENT)).toBe(1)
  })

  it('that was never declared is a mistake of the driver', async () => {
    await expect(novaOf(cloud.session()).microversion(endless())).rejects.toThrow(TypeError)
  })
})

describe("Ironic's microversion", () => {
  const ironic = { header: 'ironic', highest: '1.82', floor: '1.56' } as const
  let service: FakeServer
  let baremetal: Service

  beforeEach(async () => {
    service = await createFakeServer()
    cloud.keystone.catalogue.set('baremetal', service.url)
    const { headers } = recorded('ironic')
    service.route('GET /v1/', () => ({ headers, json: {} }))
    service.route('GET /v1/nodes', (request) => cloud.keystone.guard(request, () => ({ json: { nodes: [] } })))
    baremetal = cloud
      .session()
      .service('baremetal', { peer: 'Ironic', reasonPrefix: 'ironic', versionPath: ['v1'], microversion: ironic })
  })
  afterEach(() => service.close())

  it('stands in headers of its own', async () => {
    await baremetal.send({ method: 'GET', path: ['nodes'], signal: endless(), step: 'list nodes' })
    const [document, nodes] = service.requests()
    expect(document).toMatchObject({ path: '/v1/' })
    expect(document?.headers).not.toHaveProperty('x-auth-token')
    expect(nodes?.headers).toMatchObject({ 'x-openstack-ironic-api-version': '1.82' })
  })

  it('that it does not have is told by its own words', async () => {
    const { status, headers, body } = refusal('ironic 406')
    service.route('GET /v1/nodes', () => ({ status, headers, json: body }))
    const error = await failure(
      baremetal.send({ method: 'GET', path: ['nodes'], signal: endless(), step: 'list nodes', microversion: '1.999' }),
    )
    expect(error).toMatchObject({ code: 'internal', reason: 'ironic/microversion', verdict: 'refused', status: 406 })
    expect(String(error.cause)).toContain('Version 1.999 was requested')
  })
})

describe('the log', () => {
  it('has a line for each request, of fields that may be shown and no others', async () => {
    const lines: object[] = []
    const logger: Logger = { ...silentLogger, debug: (fields, message) => void lines.push({ ...fields, message }) }
    const nova = novaOf(cloud.session({}, { logger, clock: systemClock }))
    await listServers(nova)
    cloud.nova.route(SERVERS, () => ({ status: 404, json: {}, headers: { 'x-compute-request-id': 'req-9' } }))
    await failure(listServers(nova))
    expect(lines).toEqual([
      { status: 200, requestId: undefined, ms: expect.any(Number), message: 'Nova answered' },
      {
        code: 'not-found',
        reason: undefined,
        status: 404,
        requestId: 'req-9',
        ms: expect.any(Number),
        message: 'Nova did not do it',
      },
    ])
  })
})
