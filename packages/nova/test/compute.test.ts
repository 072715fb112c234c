import { channel } from 'node:diagnostics_channel'
import { AmphoraBuildError, DeleteFailed, InstanceNotFoundError, NotSuspendedError } from '@amphora/core'
import { createManualClock, type ManualClock } from '@amphora/core/testing'
import { afterEach, describe, expect, it } from 'vitest'
import {
  all,
  bench,
  clear,
  failure,
  NETWORK2,
  PASSWORD,
  trail,
  unexpected,
  type Bench,
  type NovaCompute,
} from './driver.ts'
import { everything, Logbook } from './logbook.ts'
import { FLAVOR, IMAGE, NETWORK } from './order.ts'
import { whenQuiet } from './quiet.ts'

let clock: ManualClock
let open: Bench
afterEach(() => open[Symbol.asyncDispose]())

async function start(fake: Parameters<typeof bench>[1] = {}): Promise<NovaCompute> {
  clock = createManualClock(Date.now())
  open = await bench({}, { clock, buildMs: 2_000, deleteMs: 500, actionMs: 500, ...fake })
  const compute = await open.compute()
  await run(compute.check())
  clear(open.cloud)
  return compute
}

function run<T>(work: Promise<T>): Promise<T> {
  return whenQuiet(clock, open.cloud, work)
}

const request = { name: 'web-1', flavor: FLAVOR, imageId: IMAGE, networkIds: [NETWORK] } as const
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJhKn1a0oqVb0L3u0X0jX0v6tR2o7m8m3a9eA1xXxXxX'

describe('through a Compute', () => {
  it('an amphora lives its life', async () => {
    const compute = await start()
    const group = await run(compute.createPlacementGroup({ name: 'pair', policy: 'anti-affinity' }))
    const whole = {
      ...request,
      flavor: { vcpus: 1, memoryMiB: 500 },
      imageId: 'tag:amphora',
      networkIds: [NETWORK, NETWORK2],
      secGroups: ['default'],
      keys: [KEY],
      configDriveFiles: { '/etc/x': 'x' },
      userData: '#!/bin/sh\n',
      placementGroupId: group,
      availabilityZone: 'nova',
    }
    expect(await run(compute.validate(whole))).toEqual([])
    const id = await run(compute.build(whole))
    const amphora = await run(compute.waitFor(id, 'active'))
    expect(amphora).toMatchObject({
      id,
      name: 'web-1',
      type: 'VM',
      flavor: 'm1.tiny',
      imageId: IMAGE,
      status: { up: true },
    })
    expect(JSON.parse(JSON.stringify(amphora))).toEqual(amphora)
    expect(await run(compute.getAmphora({ name: 'web-1' }))).toEqual(amphora)
    expect(amphora.addresses.map(({ networkId }) => networkId)).toEqual([NETWORK, NETWORK2])
    await run(compute.suspend(id))
    await run(compute.waitFor(id, 'suspended'))
    await run(compute.resume(id))
    await run(compute.waitFor(id, 'active'))
    expect(await failure(run(compute.resume(id)))).toBeInstanceOf(NotSuspendedError)
    expect((await run(all(compute.list()))).map((one) => one.id)).toEqual([id])
    await run(compute.delete(id))
    await run(compute.waitFor(id, 'deleted'))
    await run(compute.deletePlacementGroup(group))
    expect(await failure(run(compute.getAmphora({ id })))).toBeInstanceOf(InstanceNotFoundError)
    expect(open.cloud.inventory()).toEqual([])
    expect(unexpected(open.cloud)).toEqual([])
  })

  it('a name that core makes costs one request', async () => {
    const compute = await start()
    const id = await run(compute.build({ flavor: FLAVOR, imageId: IMAGE, networkIds: [NETWORK] }))
    expect(trail(open.cloud)).toEqual(['nova POST /v2.1/servers'])
    expect(open.cloud.servers().map((server) => `east/${server.id}`)).toEqual([id])
  })

  it('owners do not see each other', async () => {
    const east = await start()
    const west = await open.compute({}, { owner: 'west' })
    const [ours, theirs] = [await run(east.build(request)), await run(west.build(request))]
    expect(ours).not.toBe(theirs)
    expect(await failure(run(west.status(ours)))).toBeInstanceOf(InstanceNotFoundError)
    expect(await failure(run(west.delete(ours)))).toMatchObject({ code: 'permission-denied' })
    expect((await run(all(west.list()))).map(({ id }) => id)).toEqual([theirs])
  })

  it('a wait ends with the fault of what failed', async () => {
    const compute = await start()
    open.cloud.noCapacity = true
    const id = await run(compute.build(request))
    const error = await failure(run(compute.waitFor(id, 'active')))
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'nova/no-valid-host' })
    expect((error as Error).message).toContain('No valid host was found.')
    await run(compute.delete(id))
    await run(compute.waitFor(id, 'deleted'))
  })

  it('a lock is told by the class of the verb', async () => {
    const compute = await start()
    const id = await run(compute.build(request))
    const server = open.cloud.named('web-1')
    if (server !== undefined) server.lockedBy = 'owner'
    const error = await failure(run(compute.delete(id)))
    expect(error).toBeInstanceOf(DeleteFailed)
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'nova/locked' })
  })

  it('a port of another id is attached and detached by the ids that reading gives', async () => {
    const compute = await start()
    const id = await run(compute.build(request))
    await run(compute.waitFor(id, 'active'))
    const { portId = '' } = await run(compute.attachNetworkOrPort(id, { networkId: NETWORK2 }))
    expect((await run(compute.getAmphora({ id }))).addresses).toHaveLength(2)
    await run(compute.detachPort(id, portId))
    await run(open.cloud.settle())
    expect((await run(compute.getAmphora({ id }))).addresses).toHaveLength(1)
  })

  it('types the request: what is not declared does not compile', async () => {
    const compute = await start()
    // @ts-expect-error a VM is no container
    expect(await run(compute.validate({ ...request, type: 'Container' }))).toHaveLength(1)
    expect(await run(compute.validate({ ...request, type: 'VM' }))).toEqual([])
  })
})

describe('one transient fault', () => {
  const routes = ['POST /v3/auth/tokens', 'GET /v2.1/', 'GET /v2.1/servers/detail', 'POST /v2.1/servers'] as const
  const cuts = ['reset-before', 'lose-response', 'cut-body', 'status'] as const
  // What core takes for a defect of ours is tried again only where something may have been made.
  const nonsense = (['malformed', 'empty', 'wrong-shape'] as const).map((kind) => ['POST /v2.1/servers', kind] as const)

  it.each([...routes.flatMap((on) => cuts.map((kind) => [on, kind] as const)), ...nonsense])(
    'never fails a build, and makes one server: %s, %s',
    async (on, kind) => {
      await start()
      const compute = await open.compute()
      const server = on === 'POST /v3/auth/tokens' ? open.cloud.keystone.server : open.cloud.server
      await using injected = await server.inject(
        kind === 'status' ? { kind, on, times: 1, status: 503, act: true } : { kind, on, times: 1 },
      )
      const id = await run(compute.build(request))
      expect(injected.hits).toBe(1)
      expect(open.cloud.servers().map((one) => `east/${one.id}`)).toEqual([id])
    },
  )

  it.each(['GET /v2.1/servers/{id}', 'DELETE /v2.1/servers/{id}'] as const)(
    'at %s never fails a delete',
    async (on) => {
      const compute = await start()
      const id = await run(compute.build(request))
      await using injected = await open.cloud.server.inject({ kind: 'lose-response', on, times: 1 })
      await run(compute.delete(id))
      await run(compute.waitFor(id, 'deleted'))
      expect(injected.hits).toBe(1)
      expect(open.cloud.inventory()).toEqual([])
    },
  )

  it('of 429 is waited out for as long as Nova says', async () => {
    const compute = await start()
    await using _fault = await open.cloud.server.inject({
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '5' },
      times: 1,
    })
    const before = clock.monotonic()
    expect(await run(all(compute.list()))).toEqual([])
    expect(clock.monotonic() - before).toBeGreaterThanOrEqual(5_000)
  })
})

describe('a build that nobody waits for any more', () => {
  it("under a caller's name leaves one server for the next who asks", async () => {
    const compute = await start()
    await using _hang = await open.cloud.server.inject({ kind: 'hang-after', on: 'POST /v2.1/servers', times: 1 })
    const stop = new AbortController()
    const building = failure(compute.build(request, { signal: stop.signal }))
    await open.cloud.server.seen('POST /v2.1/servers', 1, 'acted')
    stop.abort()
    const error = await run(building)
    expect(error).toBeInstanceOf(AmphoraBuildError)
    expect(error).toMatchObject({ code: 'cancelled', outcome: 'in-doubt' })
    const id = await run(compute.build(request))
    expect(open.cloud.servers().map((one) => `east/${one.id}`)).toEqual([id])
  })

  it("under a name of core's own is reaped", async () => {
    const compute = await start()
    await using _hang = await open.cloud.server.inject({ kind: 'hang-after', on: 'POST /v2.1/servers', times: 1 })
    const stop = new AbortController()
    const { name: _name, ...nameless } = request
    const building = failure(compute.build(nameless, { signal: stop.signal }))
    await open.cloud.server.seen('POST /v2.1/servers', 1, 'acted')
    stop.abort()
    expect(await run(building)).toMatchObject({ code: 'cancelled' })
    await run(clock.sleep(60_000))
    expect(open.cloud.servers()).toEqual([])
  })
})

describe('secrets', () => {
  it('show in no log, event, trace, error or inspection', async () => {
    await start()
    const secret = 'canary-081516'
    const logbook = new Logbook()
    const hear = (message: unknown): void => void logbook.lines.push(everything(message))
    const names = [
      'amphora.event',
      ...['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((one) => `tracing:amphora.call:${one}`),
    ]
    for (const name of names) channel(name).subscribe(hear)
    try {
      const compute = await open.compute({}, { logger: logbook })
      const planted = {
        ...request,
        configDriveFiles: { '/x': secret },
        userData: secret,
        keys: [`${KEY} ${secret}`],
      }
      const id = await run(compute.build(planted))
      const errors = [
        await failure(run(compute.build({ ...planted, userData: `${secret}2` }))),
        await failure(run(compute.build({ ...planted, name: 'web-3', networkIds: ['nowhere'] }))),
        await failure(run(compute.build({ ...planted, name: 'web-4', secGroups: ['none'] }))),
        await failure(run(compute.resume(id))),
      ]
      await run(compute.delete(id))
      const tokens = open.cloud.keystone.tokens().map(({ text }) => text)
      const shown = [...logbook.lines, ...errors.map(everything), everything(compute)].join('\n')
      expect(logbook.lines.length).toBeGreaterThan(10)
      expect(tokens.length).toBeGreaterThan(0)
      for (const one of [secret, Buffer.from(secret).toString('base64').slice(0, 16), `"${PASSWORD}"`, ...tokens]) {
        expect(shown).not.toContain(one)
      }
    } finally {
      for (const name of names) channel(name).unsubscribe(hear)
    }
  })
})

describe('what a repeated build finds', () => {
  it('in one process and another is the same, whatever state it is in', async () => {
    const compute = await start()
    const id = await run(compute.build(request))
    const server = open.cloud.named('web-1')
    if (server === undefined) throw new Error('it was built')
    await run(clock.sleep(21_000))
    for (const status of ['SHUTOFF', 'ERROR', 'SUSPENDED']) {
      open.cloud.force(server, status)
      expect(await run((await open.compute()).build(request))).toBe(id)
    }
    expect(open.cloud.servers()).toHaveLength(1)
  })
})
