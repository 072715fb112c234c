import { inspect } from 'node:util'
import { channel } from 'node:diagnostics_channel'
import {
  AmphoraBuildError,
  createCompute,
  InstanceNotFoundError,
  NotImplementedError,
  type Compute,
  type ComputeOptions,
  type DriverBinding,
  type Logger,
} from '@amphora/core'
import type { RouteTemplate } from '@amphora/conformance/fake-server'
import { afterEach, describe, expect, it } from 'vitest'
import { docker, type capabilities, type DockerOptions } from '../src/index.ts'
import { all, failure } from './driver.ts'
import { createFakeEngine, type FakeEngine, type FakeEngineOptions } from './fake-engine.ts'

type DockerCompute = Compute<{ local: DriverBinding<typeof capabilities> }>

type Extras = Pick<ComputeOptions<Record<string, DriverBinding>>, 'owner' | 'logger'>

let engine: FakeEngine
const opened: DockerCompute[] = []

async function start(
  options: DockerOptions = {},
  fake: FakeEngineOptions = {},
  more: Extras = {},
): Promise<DockerCompute> {
  engine = await createFakeEngine(fake)
  return connect(options, more)
}

async function connect(options: DockerOptions = {}, more: Extras = {}): Promise<DockerCompute> {
  const compute = await createCompute({
    drivers: { local: docker({ socketPath: engine.socketPath, ...options }) },
    ...more,
  })
  opened.push(compute)
  return compute
}

afterEach(async () => {
  for (const compute of opened.splice(0)) await compute.close()
  await engine.close()
})

const request = { name: 'web-1', type: 'Container', imageId: 'amphora/haproxy:test' } as const
const whole = { ...request, networkIds: ['front', 'back'], configDriveFiles: { '/x': 'x' }, userData: 'data' } as const

describe('through a Compute', () => {
  it('an amphora lives its life', async () => {
    const compute = await start({ flavors: { small: { vcpus: 0.5, memoryMiB: 64 } } }, { networks: ['front', 'back'] })
    const id = await compute.build({ ...whole, flavor: 'small' })
    const amphora = await compute.waitFor(id, 'active')
    expect(amphora).toMatchObject({ id, name: 'web-1', flavor: 'small', status: { up: true } })
    expect(JSON.parse(JSON.stringify(amphora))).toEqual(amphora)
    expect(await compute.getAmphora({ name: 'web-1' })).toEqual(amphora)
    await compute.suspend(id)
    await compute.waitFor(id, 'suspended')
    await compute.resume(id)
    expect((await all(compute.list())).map((one) => one.id)).toEqual([id])
    const gone = compute.waitFor(id, 'deleted')
    await compute.delete(id)
    await gone
    expect(await failure(compute.getAmphora({ id }))).toBeInstanceOf(InstanceNotFoundError)
    expect(engine.server.unexpected()).toEqual([])
  })

  it('builds of one name at once are one container, in one process and in ten', async () => {
    const compute = await start({}, { networks: ['front', 'back'] })
    const others = await Promise.all(Array.from({ length: 9 }, () => connect()))
    const ids = await Promise.all([compute, compute, ...others].map((one) => one.build(whole)))
    expect(new Set(ids).size).toBe(1)
    expect(engine.containers()).toHaveLength(1)
  })

  it('ten names at once are ten', async () => {
    const compute = await start()
    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, at) => compute.build({ ...request, name: `web-${at}` })),
    )
    expect(new Set(ids).size).toBe(10)
    expect(engine.containers()).toHaveLength(10)
  })

  it('a name that core makes fits the engine', async () => {
    const compute = await start()
    const id = await compute.build({ type: 'Container', imageId: 'amphora/haproxy:test' })
    const { name } = await compute.getAmphora({ id })
    expect(engine.named(`amphora-${name}`)).toBeDefined()
  })

  it('a name of one character is refused, since the engine takes none', async () => {
    const compute = await start()
    expect(await failure(compute.build({ ...request, name: 'x' }))).toMatchObject({ code: 'invalid-argument' })
    expect(engine.server.count()).toBe(0)
  })

  it('owners do not see each other', async () => {
    const east = await start({}, {}, { owner: 'east' })
    const west = await connect({}, { owner: 'west' })
    const [inEast, inWest] = [await east.build(request), await west.build(request)]
    expect(inEast).not.toBe(inWest)
    expect(await failure(west.status(inEast))).toBeInstanceOf(InstanceNotFoundError)
    expect(await failure(west.delete(inEast))).toMatchObject({ code: 'permission-denied' })
    expect((await all(west.list())).map(({ id }) => id)).toEqual([inWest])
  })

  it.each([
    ['secGroups', { secGroups: ['web'] }],
    ['portIds', { portIds: ['p'] }],
    ['placementGroupId', { placementGroupId: 'local/g' }],
    ['availabilityZone', { availabilityZone: 'a' }],
    ['storageGiB without the option', { flavor: { storageGiB: 1 } }],
  ])('%s is refused before anything is sent', async (_field, more) => {
    const compute = await start()
    const error = await failure(compute.build({ ...request, ...more } as never))
    expect(error).toBeInstanceOf(NotImplementedError)
    expect(engine.server.count()).toBe(0)
  })

  it('types the request: what is not declared does not compile', async () => {
    const compute = await start()
    // @ts-expect-error security groups are not declared
    expect(await compute.validate({ ...request, secGroups: ['web'] })).toHaveLength(1)
    // @ts-expect-error a container is no VM
    expect(await compute.validate({ ...request, type: 'VM' })).toHaveLength(1)
    expect(await compute.validate(request)).toEqual([])
  })
})

describe('one transient fault', () => {
  const routes: readonly RouteTemplate[] = [
    'GET /_ping',
    'POST /containers/create',
    'PUT /containers/{id}/archive',
    'POST /networks/{id}/connect',
    'POST /containers/{id}/start',
  ]
  const faults = ['reset-before', 'lose-response', 'malformed', 'empty', 'wrong-shape', 'cut-body', 'status'] as const

  it.each(routes.flatMap((on) => faults.map((kind) => [on, kind] as const)))(
    'never fails a build: %s, %s',
    async (on, kind) => {
      const compute = await start({}, { networks: ['front', 'back'] })
      await using injected = await engine.server.inject(
        kind === 'status' ? { kind, on, times: 1, status: 503, act: true } : { kind, on, times: 1 },
      )
      const id = await compute.build(whole)
      expect(injected.hits).toBe(1)
      expect(engine.containers().map((container) => `local/${container.id}`)).toEqual([id])
      const [container] = engine.containers()
      expect(container?.state.Status).toBe('running')
      expect([...(container?.files.keys() ?? [])]).toEqual(['/x', '/etc/amphora/user-data'])
      expect(container?.endpoints.size).toBe(2)
    },
  )

  it('of a start that was cut off is healed within the same build', async () => {
    const compute = await start()
    engine.server.route('POST /containers/{id}/start', ({ params: { id } }) => {
      const container = engine.containers()[0]
      if (engine.server.count('POST /containers/{id}/start') === 1) {
        return { status: 500, json: { message: `task ${id}: already exists: unknown` } }
      }
      if (container !== undefined) container.state.Status = 'running'
      return { status: 204 }
    })
    await compute.build(request)
    expect(engine.containers()).toHaveLength(1)
  })
})

describe('a build that nobody waits for any more', () => {
  it("under a caller's name leaves one container for the next who asks", async () => {
    const compute = await start()
    await using hang = await engine.server.inject({ kind: 'hang-after', on: 'POST /containers/{id}/start', times: 1 })
    const stop = new AbortController()
    const building = failure(compute.build(request, { signal: stop.signal }))
    await engine.server.seen('POST /containers/{id}/start', 1, 'acted')
    stop.abort()
    const error = await building
    expect(error).toBeInstanceOf(AmphoraBuildError)
    expect(error).toMatchObject({ code: 'cancelled', outcome: 'in-doubt' })
    expect(hang.hits).toBe(1)
    const id = await compute.build(request)
    expect(engine.containers().map((container) => `local/${container.id}`)).toEqual([id])
  })

  it("under a name of core's own is reaped", async () => {
    const compute = await start()
    await using _hang = await engine.server.inject({ kind: 'hang-after', on: 'POST /containers/{id}/start', times: 1 })
    const stop = new AbortController()
    const building = failure(
      compute.build({ type: 'Container', imageId: 'amphora/haproxy:test' }, { signal: stop.signal }),
    )
    await engine.server.seen('POST /containers/{id}/start', 1, 'acted')
    stop.abort()
    expect(await building).toMatchObject({ code: 'cancelled' })
    await expect.poll(() => engine.containers().length, { timeout: 10_000 }).toBe(0)
  })
})

describe('secrets', () => {
  it('show in no log, event, trace, error or inspection', async () => {
    const secret = 'canary-081516'
    const lines: string[] = []
    const write = (...parts: unknown[]): void => void lines.push(inspect(parts, { depth: 20, showHidden: true }))
    const logger: Logger = {
      debug: write,
      info: write,
      warn: write,
      error: write,
      child: (bindings) => (write(bindings), logger),
    }
    const hear = (message: unknown): void => write(message)
    const names = [
      'amphora.event',
      ...['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((one) => `tracing:amphora.call:${one}`),
    ]
    for (const name of names) channel(name).subscribe(hear)
    try {
      const compute = await start({}, { networks: ['front'], registry: ['registry.example/x:1'] }, { logger })
      const planted = {
        ...request,
        configDriveFiles: { '/x': secret },
        userData: secret,
        keys: [`ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJhKn1a0oqVb0L3u0X0jX0v6tR2o7m8m3a9eA1xXxXxX ${secret}`],
      }
      const id = await compute.build(planted)
      await compute.build({ ...planted, name: 'web-2', imageId: 'registry.example/x:1' })
      const errors = [
        await failure(compute.build({ ...planted, userData: `${secret}2` })),
        await failure(compute.build({ ...planted, name: 'web-3', networkIds: ['nowhere'] })),
        await failure(compute.resume(id)),
      ]
      await compute.delete(id)
      write(
        compute,
        errors,
        errors.map((error) => JSON.stringify(error)),
      )
      expect(lines.length).toBeGreaterThan(10)
      expect(lines.join('\n')).not.toContain(secret)
    } finally {
      for (const name of names) channel(name).unsubscribe(hear)
    }
  })
})
