import { getEventListeners } from 'node:events'
import { AmphoraComputeError } from '@amphora/core'
import { createFakeServer, type RequestFault, type RouteTemplate } from '@amphora/conformance/fake-server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EngineError } from '../src/errors.ts'
import { testCall, testOrder, type TestCall } from './call.ts'
import { all, bench, failure, type Bench, type DockerDriver } from './driver.ts'

let open: Bench
let id: string
const bytes = new TextEncoder().encode('secret-of-the-file')
const order = testOrder({ name: 'web-2', files: [{ path: '/x', bytes }], networkIds: ['front', 'back'] })

beforeEach(async () => {
  open = await bench({}, { networks: ['front', 'back'] })
  id = await open.driver.build(testOrder(), testCall())
  open.engine.server.clear()
})
afterEach(() => open.close())

type Verb =
  | 'status'
  | 'getAmphora'
  | 'find'
  | 'list'
  | 'check'
  | 'delete'
  | 'suspend'
  | 'resume'
  | 'attach'
  | 'detach'
  | 'validate'
  | 'build'

/** Every verb with every route it uses. */
const routes: Readonly<Record<Verb, readonly RouteTemplate[]>> = {
  status: ['GET /containers/{id}/json'],
  getAmphora: ['GET /containers/{id}/json'],
  find: ['GET /containers/{id}/json'],
  list: ['GET /containers/json'],
  check: ['GET /_ping'],
  delete: ['GET /containers/{id}/json', 'DELETE /containers/{id}'],
  suspend: ['GET /containers/{id}/json', 'POST /containers/{id}/pause'],
  resume: ['GET /containers/{id}/json', 'POST /containers/{id}/unpause'],
  attach: ['GET /containers/{id}/json', 'POST /networks/{id}/connect'],
  detach: ['GET /containers/{id}/json', 'POST /networks/{id}/disconnect'],
  validate: ['GET /images/{+name}/json', 'GET /networks/{id}'],
  build: [
    'GET /_ping',
    'POST /containers/create',
    'PUT /containers/{id}/archive',
    'POST /networks/{id}/connect',
    'POST /containers/{id}/start',
  ],
}
const cells = Object.entries(routes).flatMap(([verb, list]) => list.map((on) => [verb as Verb, on] as const))
const readsBody = (on: RouteTemplate): boolean =>
  on.startsWith('GET') ? on !== 'GET /_ping' : on === 'POST /containers/create'

function run(verb: Verb, call: TestCall, driver: DockerDriver = open.driver): Promise<unknown> {
  switch (verb) {
    case 'find':
      return driver.find('web-1', call)
    case 'list':
      return all(driver.list(call))
    case 'check':
      return driver.check(call)
    case 'attach':
      return driver.attachNetworkOrPort(id, { networkId: 'front' }, call)
    case 'detach':
      return driver.detachPort(id, 'bridge', call)
    case 'validate':
      return driver.validate?.(order, call) ?? Promise.resolve()
    case 'build':
      return driver.build(order, call)
    case 'status':
      return driver.status?.(id, call) ?? Promise.resolve()
    default:
      return driver[verb](id, call)
  }
}

async function prepare(verb: Verb): Promise<void> {
  if (verb === 'resume') await open.driver.suspend(id, testCall())
  open.engine.server.clear()
}

async function fails(verb: Verb, on: RouteTemplate, fault: RequestFault): Promise<AmphoraComputeError> {
  await prepare(verb)
  const injected = await open.engine.server.inject({ ...fault, on })
  const error = await failure(run(verb, testCall()))
  expect(injected.hits).toBeGreaterThan(0)
  await injected.dispose()
  expect(error).toBeInstanceOf(AmphoraComputeError)
  if (error instanceof AmphoraComputeError) return error
  throw error
}

function nothingMade(verb: Verb): object {
  return verb === 'build' ? { outcome: 'not-created' } : {}
}

/** Whatever happened to it: repeating the build gives the one instance, whole. */
async function healsAfter(error: AmphoraComputeError): Promise<void> {
  const { outcome } = error as AmphoraComputeError & { outcome?: string }
  const left = open.engine.named('amphora-web-2')
  expect(outcome === 'not-created' ? left : undefined).toBeUndefined()
  const repeated = await open.connect().build(order, testCall())
  const made = open.engine.named('amphora-web-2')
  expect(made?.id).toBe(repeated)
  expect(made).toBe(left ?? made)
  expect(made?.state.Status).toBe('running')
  expect([...(made?.files.keys() ?? [])]).toEqual(['/x'])
  expect(made?.endpoints.size).toBe(2)
  expect(open.engine.containers()).toHaveLength(2)
}

describe.each(cells)('%s, where %s', (verb, on) => {
  const isSafe = verb === 'build' ? on === 'GET /_ping' : true

  it.each(['reset-before', 'lose-response'] as const)('suffers %s, is unavailable', async (kind) => {
    const error = await fails(verb, on, { kind })
    expect(error).toMatchObject({ code: 'unavailable', reason: 'docker/connection-lost' })
    if (verb !== 'build') return
    expect(error).toMatchObject({ outcome: isSafe ? 'not-created' : 'in-doubt' })
    await healsAfter(error)
  })

  it.each([502, 503, 504])('answers %d though it acted, is unavailable', async (status) => {
    const error = await fails(verb, on, { kind: 'status', status, act: true, text: '<html>' })
    expect(error).toMatchObject({ code: 'unavailable' })
    if (verb === 'build') await healsAfter(error)
  })

  it.each([false, true])('answers 500 with garbage (acted: %s), is internal', async (act) => {
    const error = await fails(verb, on, { kind: 'status', status: 500, act, text: '<html>500</html>' })
    expect(error).toMatchObject({ code: 'internal' })
    if (verb !== 'build') return
    expect(error).toMatchObject({ outcome: isSafe ? 'not-created' : 'in-doubt' })
    await healsAfter(error)
  })

  it('answers 429, is resource-exhausted with the time to wait, and moves no breaker', async () => {
    const error = await fails(verb, on, { kind: 'status', status: 429, headers: { 'retry-after': '7' } })
    expect(error).toMatchObject({ code: 'resource-exhausted', retryAfterMs: 7000 })
    expect(error.recovery.tripsBreaker).toBe(false)
    if (verb !== 'build') return
    expect(error).toMatchObject({ outcome: 'not-created' })
    await healsAfter(error)
  })

  it.each([
    [401, 'unauthenticated'],
    [403, 'permission-denied'],
  ])('answers %d, is %s', async (status, code) => {
    const error = await fails(verb, on, { kind: 'status', status })
    expect(error).toMatchObject({ code })
    if (verb === 'build') await healsAfter(error)
  })

  it.each([302, 307, 308] as const)('answers %d, goes nowhere', async (status) => {
    const elsewhere = await createFakeServer()
    try {
      const error = await fails(verb, on, { kind: 'redirect', to: `${elsewhere.url}/stolen`, status })
      expect(error).toMatchObject({ code: 'internal', reason: 'docker/unexpected-redirect' })
      await elsewhere.idle()
      expect(elsewhere.count()).toBe(0)
      if (verb === 'build') await healsAfter(error)
    } finally {
      await elsewhere.close()
    }
  })

  it('answers with a redirect to a scheme that nobody knows, survives', async () => {
    expect(await fails(verb, on, { kind: 'redirect', to: 'gopher://elsewhere/' })).toMatchObject({ code: 'internal' })
  })

  it.each(['hang', 'hang-after'] as const)('suffers %s, rejects as soon as the signal aborts', async (kind) => {
    await prepare(verb)
    const injected = await open.engine.server.inject({ kind, on })
    const call = testCall()
    const ended = failure(run(verb, call))
    await open.engine.server.seen(on)
    const abortedAt = performance.now()
    call.abort('deadline-exceeded')
    const error = await ended
    expect(performance.now() - abortedAt).toBeLessThan(250)
    expect(error).toMatchObject({ code: 'deadline-exceeded' })
    await injected.dispose()
    if (verb !== 'build') return
    expect(error).toMatchObject({ outcome: isSafe ? 'not-created' : 'in-doubt' })
    await open.engine.server.idle()
    await healsAfter(error as AmphoraComputeError)
  })

  it('answers drop by drop, rejects as soon as the signal aborts', async () => {
    await prepare(verb)
    await using _drip = await open.engine.server.inject({ kind: 'slow-drip', on, everyMs: 5 })
    const call = testCall()
    const ended = failure(run(verb, call))
    await open.engine.server.seen(on, 1, 'acted')
    const abortedAt = performance.now()
    call.abort()
    expect(await ended).toMatchObject({ code: 'cancelled' })
    expect(performance.now() - abortedAt).toBeLessThan(250)
  })

  it('answers with a body that is cut, is unavailable', async () => {
    const error = await fails(verb, on, { kind: 'cut-body' })
    expect(error).toMatchObject({ code: 'unavailable' })
    if (verb === 'build') await healsAfter(error)
  })

  it('answers with a body of 200 MiB, reads no more than its cap', async () => {
    await prepare(verb)
    const injected = await open.engine.server.inject({ kind: 'huge-body', on, status: 200 })
    const error = await failure(run(verb, testCall()))
    expect(error).toMatchObject({ code: 'internal' })
    const request = await open.engine.server.seen(on, 1, 'finished')
    expect(request.bytesSent).toBeLessThan(40 * 1024 * 1024)
    await injected.dispose()
  })

  it('acts late, leaves one instance', async () => {
    await prepare(verb)
    const injected = await open.engine.server.inject({ kind: 'act-late', on, afterMs: 5, times: 1 })
    const error = (await failure(run(verb, testCall()))) as AmphoraComputeError
    expect(error).toMatchObject({ code: 'unavailable' })
    await open.engine.server.idle()
    await injected.dispose()
    if (verb === 'build') await healsAfter(error)
  })

  it('whose engine is down, is unavailable and nothing was sent', async () => {
    await prepare(verb)
    for (const staleSocket of [false, true]) {
      const down = await open.engine.server.down({ staleSocket })
      const error = await failure(run(verb, testCall()))
      expect(error).toMatchObject({ code: 'unavailable', reason: 'docker/unreachable', ...nothingMade(verb) })
      await down[Symbol.asyncDispose]()
    }
    await run(verb, testCall())
  })

  it('whose engine dies right before it, is unavailable', async () => {
    await prepare(verb)
    const before = routes[verb][routes[verb].indexOf(on) - 1]
    if (before === undefined) return
    const refused = await open.engine.server.inject({ kind: 'refuse', after: before })
    const error = (await failure(run(verb, testCall()))) as AmphoraComputeError
    expect(error).toMatchObject({ code: 'unavailable' })
    await refused.dispose()
    if (verb === 'build') await healsAfter(error)
  })
})

describe.each(cells.filter(([, on]) => readsBody(on)))('%s, where %s', (verb, on) => {
  it.each([
    { kind: 'malformed' },
    { kind: 'empty' },
    { kind: 'wrong-shape' },
    { kind: 'wrong-shape', json: [] },
    { kind: 'wrong-shape', json: null },
    { kind: 'wrong-shape', json: { Id: null } },
    { kind: 'wrong-shape', json: { Id: 'abc' } },
    { kind: 'wrong-shape', json: 7 },
  ] satisfies RequestFault[])('answers %j, is internal', async (fault) => {
    if (verb === 'list' && 'json' in fault && Array.isArray(fault.json)) return
    if (on === 'GET /images/{+name}/json' || on === 'GET /networks/{id}') return
    const error = await fails(verb, on, fault)
    expect(error).toMatchObject({ code: 'internal', reason: 'docker/unreadable-answer' })
    if (verb === 'build') await healsAfter(error)
  })
})

describe('an outage', () => {
  it('never reads as gone, empty or deleted', async () => {
    const down = await open.engine.server.down()
    for (const verb of ['status', 'getAmphora', 'find', 'list', 'delete'] as const) {
      expect(await failure(run(verb, testCall()))).toMatchObject({ code: 'unavailable' })
    }
    await down[Symbol.asyncDispose]()
    expect(open.engine.containers()).toHaveLength(1)
  })
})

describe('a signal', () => {
  it.each(Object.keys(routes) as Verb[])('that has aborted lets %s send nothing', async (verb) => {
    await prepare(verb)
    const call = testCall()
    call.abort()
    const error = await failure(run(verb, call))
    expect(error).toMatchObject({ code: 'cancelled', ...nothingMade(verb) })
    expect(open.engine.server.count()).toBe(0)
  })

  it('keeps no listener after 200 calls', async () => {
    const call = testCall()
    for (let at = 0; at < 200; at += 1) await open.driver.status?.(id, call)
    await all(open.driver.list(call))
    expect(getEventListeners(call.signal, 'abort')).toEqual([])
  })

  it('keeps one listener while a call is under way', async () => {
    await using _hang = await open.engine.server.inject({ kind: 'hang', on: 'GET /containers/{id}/json' })
    const call = testCall()
    const ended = failure(run('status', call))
    await open.engine.server.seen('GET /containers/{id}/json')
    expect(getEventListeners(call.signal, 'abort')).toHaveLength(1)
    call.abort()
    await ended
  })
})

describe('an error', () => {
  it('of the engine alone is an EngineError to the driver, and one of core to everybody', async () => {
    await open.engine.server.inject({ kind: 'status', status: 500 })
    const error = await failure(run('status', testCall()))
    expect(error).toBeInstanceOf(EngineError)
    expect(error).toBeInstanceOf(AmphoraComputeError)
  })

  it('never holds what a file, a key or user data holds, even where the engine echoes it', async () => {
    for (const { on, status } of cells.flatMap(([verb, route]) =>
      verb === 'build'
        ? [
            { on: route, status: 500 },
            { on: route, status: 400 },
          ]
        : [],
    )) {
      const echo = await open.engine.server.inject({
        kind: 'status',
        on,
        status,
        json: { message: 'cannot read secret-of-the-file' },
      })
      const error = (await failure(open.driver.build(order, testCall()))) as Error
      // The archive is the one request that holds it.
      const cause = on.startsWith('PUT') ? String(error.cause) : ''
      expect(`${error.message}${JSON.stringify(error)}${cause}`).not.toContain('secret-of-the-file')
      await echo.dispose()
    }
  })
})
