import { channel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import pino from 'pino'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { bind, collected, computeOver, everything, fails, hangs, rejection, settled, Toy } from '../../test/toy.ts'
import {
  AmphoraComputeError,
  createCompute,
  defineDriver,
  DeleteFailed,
  DriverLoadError,
  InstanceNotFoundError,
  InvalidRequestError,
  NotImplementedError,
  NotSuspendedError,
} from '../index.ts'
import type { Compute, DriverBinding } from '../index.ts'
import { createManualClock } from '../testing/index.ts'

const clock = createManualClock()
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
const two = async (east: Toy, west: Toy): Promise<Compute<{ east: DriverBinding; west: DriverBinding }>> =>
  createCompute({ clock, drivers: { east: bind(east), west: bind(west) } })

describe('finding the binding', () => {
  it('is by the id, which outlives the process', async () => {
    const [east, west] = [new Toy(), new Toy()]
    west.put('w/1:2')
    const compute = await two(east, west)
    await expect(compute.status('west/w/1:2')).resolves.toMatchObject({ state: 'active' })
    expect(east.calls).toEqual([])
  })

  it.each([
    '',
    'a',
    '/a',
    'east/',
    'East/a',
    'north/a',
    'east/..',
    'east/.',
    'east/a b',
    `east/${'x'.repeat(513)}`,
    7,
    null,
  ])('refuses the id %j before anything is sent', async (id) => {
    const toy = new Toy()
    const compute = await computeOver(toy)
    for (const verb of ['status', 'delete', 'suspend', 'resume'] as const) {
      expect(await rejection(compute[verb](id as string))).toBeInstanceOf(InvalidRequestError)
    }
    expect(await rejection(compute.waitFor(id as string, 'active'))).toBeInstanceOf(InvalidRequestError)
    expect(toy.calls).toEqual([])
  })

  it('is by type or by driver, and never guesses', async () => {
    const [east, west] = [new Toy(), new Toy()]
    const compute = await two(east, west)
    const problem = async (request: object): Promise<string> => (await rejection(compute.build(request))).message
    expect(await problem({ name: 'a' })).toBe('several bindings build VM (east, west); say which with driver')
    expect(await problem({ type: 'Container' })).toBe('no binding builds Container (bound: east, west)')
    expect(await problem({ type: 'Box' })).toContain('type is one of VM, Container, BareMetal, HWLoadBalancer')
    expect(await problem({ driver: 'north' })).toContain('driver names one of the bindings (east, west); found "north"')
    expect(await problem({ driver: 'east', type: 'Container' })).toContain('the driver "east" builds VM')
    expect(await rejection(compute.build(null as never))).toBeInstanceOf(InvalidRequestError)
    expect(await rejection(compute.build('x' as never))).toBeInstanceOf(InvalidRequestError)
    expect(await compute.build({ driver: 'west' })).toBe('west/i1')
    expect(compute.driversFor('VM')).toEqual(['east', 'west'])
    expect(compute.driversFor('BareMetal')).toEqual([])
  })

  it('says so where VM was meant because no type was given', async () => {
    const containers = await createCompute({
      drivers: { local: bind(new Toy(), { capabilities: { ...everything, types: ['Container'] } }) },
    })
    const error = await rejection(containers.build({ driver: 'local' } as never))
    expect(error.message).toContain('VM, which is meant where no type is given')
  })
})

describe('getting by name', () => {
  it('asks every binding, or the one named', async () => {
    const [east, west] = [new Toy(), new Toy()]
    west.put('w', {}, 'web')
    const compute = await two(east, west)
    await expect(compute.getAmphora({ name: 'web' })).resolves.toMatchObject({ id: 'west/w', name: 'web' })
    expect([east.count('find'), west.count('find')]).toEqual([1, 1])
    const error = await rejection(compute.getAmphora({ name: 'web', driver: 'east' }))
    expect(error).toMatchObject({ name: 'InstanceNotFoundError', amphoraName: 'web' })
  })

  it('never reads an outage of one as absence', async () => {
    const [east, west] = [new Toy(), new Toy()]
    east.always('find', fails('unavailable'))
    west.put('w', {}, 'web')
    const compute = await two(east, west)
    expect(await clock.runUntil(rejection(compute.getAmphora({ name: 'web' })))).toMatchObject({ code: 'unavailable' })
  })

  it('names both where there are two', async () => {
    const [east, west] = [new Toy(), new Toy()]
    east.put('e', {}, 'web')
    west.put('w', {}, 'web')
    const compute = await two(east, west)
    const error = await rejection(compute.getAmphora({ name: 'web' }))
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'core/ambiguous-name' })
    expect(error.message).toContain('east/e, west/w')
  })

  it.each([[{}], [{ id: 'east/a', name: 'a' }], [{ name: '' }], [{ name: 'a b' }], [null], [undefined]])(
    'refuses the query %j',
    async (query) => {
      const compute = await computeOver(new Toy())
      expect(await rejection(compute.getAmphora(query as never))).toBeInstanceOf(InvalidRequestError)
    },
  )
})

describe('what callers see', () => {
  it('is plain data that survives JSON, with up derived from the state', async () => {
    const toy = new Toy()
    const shown = toy.put('a', { state: 'suspended', raw: 'PAUSED', fault: 'f', reason: 'toy/r' })
    toy.instances.set('a', {
      ...shown,
      flavor: 'm1',
      imageId: 'i',
      availabilityZone: 'z',
      createdAt: '2026-01-01T00:00:00Z',
    })
    const compute = await computeOver(toy)
    const amphora = await compute.getAmphora({ id: 'east/a' })
    expect(JSON.parse(JSON.stringify(amphora))).toEqual(amphora)
    expect(amphora).toEqual({
      id: 'east/a',
      name: 'n-a',
      type: 'VM',
      status: { state: 'suspended', up: false, raw: 'PAUSED', fault: 'f', reason: 'toy/r' },
      addresses: [{ ip: '192.0.2.1', family: 4 }],
      flavor: 'm1',
      imageId: 'i',
      availabilityZone: 'z',
      createdAt: '2026-01-01T00:00:00Z',
    })
  })

  it('is the status from the driver where it has a cheaper one', async () => {
    const toy = new Toy()
    const status = async (): Promise<{ state: 'active'; raw: string }> => ({ state: 'active', raw: 'cheap' })
    const compute = await computeOver(toy, { definition: { driver: { status } } })
    await expect(compute.status('east/a')).resolves.toEqual({ state: 'active', up: true, raw: 'cheap' })
    expect(toy.calls).toEqual([])
  })
})

describe('verbs that a driver need not have', () => {
  const bare = { definition: { capabilities: { types: ['VM'] } } } as const

  it('are refused with NotImplementedError where they are not declared, and nothing is sent', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, bare)
    const calls = [
      () => compute.suspend('east/a'),
      () => compute.resume('east/a'),
      () => compute.attachNetworkOrPort('east/a', { networkId: 'n' }),
      () => compute.detachPort('east/a', 'p'),
      () => compute.createPlacementGroup({ driver: 'east', name: 'g', policy: 'affinity' }),
      () => compute.deletePlacementGroup('east/g'),
      () => collected(compute.watch()),
    ]
    for (const call of calls) expect(await rejection(call())).toBeInstanceOf(NotImplementedError)
    expect(toy.calls).toEqual([])
  })

  it('reach the driver where they are', async () => {
    const toy = new Toy()
    toy.put('a')
    const compute = await computeOver(toy)
    await compute.suspend('east/a')
    await expect(compute.status('east/a')).resolves.toMatchObject({ state: 'suspended', up: false })
    await compute.resume('east/a')
    expect(await rejection(compute.resume('east/a'))).toBeInstanceOf(NotSuspendedError)
    expect(await rejection(compute.resume('east/b'))).toBeInstanceOf(InstanceNotFoundError)
    await expect(compute.attachNetworkOrPort('east/a', { portId: 'p' })).resolves.toEqual({
      ip: '192.0.2.9',
      family: 4,
    })
    await compute.detachPort('east/a', 'p')
    expect(await compute.createPlacementGroup({ name: 'g', policy: 'anti-affinity' })).toBe('east/g1')
    await compute.deletePlacementGroup('east/g1')
    expect(toy.calls.slice(-4)).toEqual([
      'attachNetworkOrPort',
      'detachPort',
      'createPlacementGroup',
      'deletePlacementGroup',
    ])
  })

  it('refuse arguments that break a rule', async () => {
    const compute = await computeOver(new Toy())
    const targets: unknown[] = [
      {},
      { networkId: 'n', portId: 'p' },
      { portId: 'p', ipAddress: '::1' },
      { networkId: '' },
      null,
    ]
    for (const target of targets) {
      expect(await rejection(compute.attachNetworkOrPort('east/a', target as never))).toBeInstanceOf(
        InvalidRequestError,
      )
    }
    expect(await rejection(compute.detachPort('east/a', ''))).toBeInstanceOf(InvalidRequestError)
    expect(await rejection(compute.waitFor('east/a', 'Active' as never))).toBeInstanceOf(InvalidRequestError)
    for (const call of [compute.build({}, { driver: 'east' } as never), compute.check({ driver: 'east' } as never)]) {
      expect((await rejection(call)).message).toContain('signal, timeoutMs; found "driver"')
    }
    const watched = compute.watch({ timeout: 1_000 } as never)[Symbol.asyncIterator]()
    for (const call of [
      compute.build({}, { timeout: 1_000 } as never),
      compute.waitFor('east/a', 'active', { timeout: 1_000 } as never),
      watched.next(),
    ]) {
      expect((await rejection(call)).message).toContain('found "timeout"')
    }
    for (const group of [{ name: 'g' }, { name: '', policy: 'affinity' }, { name: 'g', policy: 'near' }]) {
      expect(await rejection(compute.createPlacementGroup(group as never))).toBeInstanceOf(InvalidRequestError)
    }
  })
})

describe('placement groups', () => {
  it('are made on the one binding that can, or on the one named', async () => {
    const [east, west] = [new Toy(), new Toy()]
    const compute = await two(east, west)
    const error = await rejection(compute.createPlacementGroup({ name: 'g', policy: 'affinity' }))
    expect(error.message).toContain('east, west')
    expect(await compute.createPlacementGroup({ driver: 'west', name: 'g', policy: 'affinity' })).toBe('west/g1')
    const none = await computeOver(new Toy(), { definition: { capabilities: { types: ['VM'] } } })
    expect(await rejection(none.createPlacementGroup({ name: 'g', policy: 'affinity' }))).toBeInstanceOf(
      NotImplementedError,
    )
  })

  it('go into a build of the same binding only, by the id they were given', async () => {
    const [east, west] = [new Toy(), new Toy()]
    const compute = await two(east, west)
    await compute.build({ driver: 'west', placementGroupId: 'west/g1' })
    expect(west.orders[0]?.placementGroupId).toBe('g1')
    expect(await rejection(compute.build({ driver: 'west', placementGroupId: 'east/g1' }))).toBeInstanceOf(
      InvalidRequestError,
    )
    expect(await rejection(compute.build({ driver: 'west', placementGroupId: 'g1' }))).toBeInstanceOf(
      InvalidRequestError,
    )
  })
})

describe('listing', () => {
  it('gives everything of every binding once, or of the one named', async () => {
    const [east, west] = [new Toy(), new Toy()]
    for (const id of ['a', 'b']) east.put(id)
    west.put('c')
    const compute = await two(east, west)
    expect((await collected(compute.list())).map((amphora) => amphora.id)).toEqual(['east/a', 'east/b', 'west/c'])
    expect((await collected(compute.list({ driver: 'west' }))).map((amphora) => amphora.id)).toEqual(['west/c'])
    expect(await rejection(collected(compute.list({ driver: 'north' })))).toBeInstanceOf(InvalidRequestError)
  })

  it('begins again where it breaks, and gives nothing twice', async () => {
    const toy = new Toy()
    for (const id of ['a', 'b', 'c', 'd']) toy.put(id)
    toy.next(
      'list',
      async (act) => act(),
      async (act) => act(),
      fails('unavailable'),
    )
    const compute = await computeOver(toy, { clock })
    const all = await clock.runUntil(collected(compute.list()))
    expect(all.map((amphora) => amphora.id)).toEqual(['east/a', 'east/b', 'east/c', 'east/d'])
    expect(toy.count('list')).toBe(3 + 4)
  })

  it('may break more than four times as long as it gets on', async () => {
    const toy = new Toy()
    const ids = Array.from({ length: 6 }, (_, n) => `a${n}`)
    for (const id of ids) toy.put(id)
    const fresh = new Set<string>()
    const list = async function* (): AsyncGenerator<ReturnType<Toy['put']>> {
      for (const amphora of toy.instances.values()) {
        const isNew = !fresh.has(amphora.id)
        fresh.add(amphora.id)
        yield amphora
        if (isNew) throw new AmphoraComputeError('reset', { code: 'unavailable' })
      }
    }
    const compute = await computeOver(toy, { clock, breaker: false, definition: { driver: { list } } })
    expect(await clock.runUntil(collected(compute.list()))).toHaveLength(6)
  })

  it('gives an amphora once, also where the pages of the driver overlap', async () => {
    const toy = new Toy()
    const [a, b] = [toy.put('a'), toy.put('b')]
    const list = async function* (): AsyncGenerator<typeof a> {
      yield a
      yield b
      yield a
    }
    const compute = await computeOver(toy, { definition: { driver: { list } } })
    expect(await collected(compute.list())).toHaveLength(2)
  })

  it('rejects in an outage, after four tries, and is never just shorter', async () => {
    const toy = new Toy()
    for (const id of ['a', 'b']) toy.put(id)
    const compute = await computeOver(toy, { clock, breaker: false })
    toy.next('list', async (act) => act())
    toy.always('list', fails('unavailable'))
    const error = await clock.runUntil(rejection(collected(compute.list())))
    expect(error).toMatchObject({ code: 'unavailable' })
    expect(error.message).toBe('Cannot list what is on "east": the toy says unavailable')
    expect(toy.count('list')).toBe(1 + 4)
  })

  it('does not count the time that its consumer takes', async () => {
    const toy = new Toy()
    for (const id of ['a', 'b', 'c']) toy.put(id)
    const compute = await computeOver(toy, { clock })
    const seen: string[] = []
    for await (const amphora of compute.list({ timeoutMs: 1_000 })) {
      seen.push(amphora.id)
      await clock.advance(5_000)
    }
    expect(seen).toHaveLength(3)
  })

  it('ends a page that hangs at its deadline, and with the caller', async () => {
    const toy = new Toy()
    toy.put('a')
    toy.always('list', hangs)
    const compute = await computeOver(toy, { clock, breaker: false })
    const error = await clock.runUntil(rejection(collected(compute.list({ timeoutMs: 1_000 }))))
    expect(error).toMatchObject({ code: 'deadline-exceeded' })
    const stop = new AbortController()
    const listing = rejection(collected(compute.list({ signal: stop.signal })))
    await settled()
    stop.abort()
    expect(await clock.runUntil(listing)).toMatchObject({ code: 'cancelled' })
  })

  it('stops the driver where the consumer stops', async () => {
    const toy = new Toy()
    for (const id of ['a', 'b']) toy.put(id)
    let ended = false
    const list = async function* (): AsyncGenerator<ReturnType<Toy['put']>> {
      try {
        yield* toy.instances.values()
      } finally {
        ended = true
      }
    }
    const compute = await computeOver(toy, { definition: { driver: { list } } })
    await collected(compute.list(), 1)
    await settled()
    expect(ended).toBe(true)
  })
})

describe('watching', () => {
  it('gives what there is and then every change, of every binding', async () => {
    const [east, west] = [new Toy(), new Toy()]
    const a = east.put('a', { state: 'building' })
    west.put('b')
    const compute = await two(east, west)
    const seen: string[] = []
    const watching = (async () => {
      for await (const amphora of compute.watch()) {
        seen.push(`${amphora.id} ${amphora.status.state}`)
        if (seen.length === 4) return
      }
    })()
    await settled()
    expect(new Set(seen)).toEqual(new Set(['east/a building', 'west/b active']))
    east.change(east.put('a'))
    await settled()
    east.change({ ...a, status: { state: 'deleted', raw: 'gone' } })
    await watching
    expect(seen.slice(2)).toEqual(['east/a active', 'east/a deleted'])
  })

  it('ends by rejecting: when a stream breaks, ends, or its time is over', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock })
    const watching = rejection(collected(compute.watch()))
    await settled()
    toy.change(new Error('secret text'))
    expect(await watching).toMatchObject({ code: 'internal' })
    const ending = rejection(collected(compute.watch({ driver: 'east' })))
    await settled()
    toy.change(undefined)
    expect(await ending).toMatchObject({ code: 'unavailable', reason: 'core/watch-ended' })
    const expiring = clock.runUntil(rejection(collected(compute.watch({ timeoutMs: 5_000 }))))
    expect(await expiring).toMatchObject({ code: 'deadline-exceeded' })
    const closing = rejection(collected(compute.watch()))
    await settled()
    await clock.runUntil(compute.close())
    expect(await closing).toMatchObject({ code: 'cancelled', reason: 'core/closed' })
  })

  it('tells a state as changed only once it has changed', async () => {
    const events: unknown[] = []
    const listen = (event: unknown): void => void events.push(event)
    channel('amphora.event').subscribe(listen)
    const toy = new Toy()
    const building = toy.put('a', { state: 'building' })
    const compute = await computeOver(toy, { clock })
    const watching = collected(compute.watch(), 4)
    await settled()
    toy.change(building)
    await settled()
    toy.change(toy.put('a'))
    await settled()
    toy.change({ ...building, status: { state: 'deleted', raw: 'gone' } })
    await watching
    channel('amphora.event').unsubscribe(listen)
    expect(events).toEqual([
      { kind: 'state', amphoraId: 'east/a', from: 'building', to: 'active' },
      { kind: 'state', amphoraId: 'east/a', from: 'active', to: 'deleted' },
    ])
  })

  it('leaves nothing unhandled where the consumer stops and another stream breaks later', async () => {
    const [east, west] = [new Toy(), new Toy()]
    east.put('a')
    const unhandled: unknown[] = []
    const listen = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', listen)
    const compute = await two(east, west)
    await collected(compute.watch(), 1)
    west.change(new Error('late'))
    await settled()
    process.off('unhandledRejection', listen)
    expect(unhandled).toEqual([])
  })

  it('stops the other streams where one breaks', async () => {
    const [east, west] = [new Toy(), new Toy()]
    const compute = await two(east, west)
    const watching = rejection(collected(compute.watch()))
    await settled()
    east.change(new AmphoraComputeError('reset', { code: 'unavailable' }))
    const error = await watching
    expect(error).toMatchObject({ code: 'unavailable', message: 'Cannot watch "east": reset' })
  })

  it('names the binding that cannot be watched', async () => {
    const capabilities = { types: ['BareMetal'] } as const
    const compute = await createCompute({ drivers: { east: bind(new Toy()), bare: bind(new Toy(), { capabilities }) } })
    expect((await rejection(collected(compute.watch()))).message).toContain('binding "bare"')
  })
})

describe('validating', () => {
  it('lists what core finds, and then what the backend would refuse', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy)
    expect(await compute.validate({ name: 'ok' })).toEqual([])
    toy.next('validate', async () => ['there is no flavor "big"'])
    expect(await compute.validate({ flavor: 'big' })).toEqual(['there is no flavor "big"'])
    const broken = await compute.validate({ name: '!', keys: ['x'], networkIds: [''] })
    expect(broken).toHaveLength(3)
    expect(await compute.validate({ type: 'Container' })).toHaveLength(1)
    expect(await compute.validate({ placementGroupId: 'north/g' })).toHaveLength(1)
    expect(toy.instances.size).toBe(0)
  })

  it('lists undeclared fields, and rejects where the backend does not answer', async () => {
    const bare = await computeOver(new Toy(), { definition: { capabilities: { types: ['VM'] } } })
    expect(await bare.validate({ imageId: 'i' })).toEqual([expect.stringContaining('imageId is not supported')])
    const toy = new Toy()
    toy.always('validate', fails('unavailable'))
    const compute = await computeOver(toy, { clock })
    expect(await clock.runUntil(rejection(compute.validate({})))).toMatchObject({ code: 'unavailable' })
    const silent = await computeOver(new Toy(), { definition: { without: ['validate'] } })
    expect(await silent.validate({})).toEqual([])
  })
})

describe('checking', () => {
  it('tells the version and warnings of every backend, and the failure of one that does not answer', async () => {
    const [east, west] = [new Toy(), new Toy()]
    east.next('check', async () => ({ version: '29', warnings: ['old'] }))
    west.always('check', fails('unavailable', { reason: 'toy/away' }))
    const compute = await two(east, west)
    const [first, second] = await clock.runUntil(compute.check())
    expect(first).toMatchObject({ driver: 'east', version: '29', warnings: ['old'], circuits: { read: 'closed' } })
    expect(first).not.toHaveProperty('failure')
    expect(second?.failure).toMatchObject({ code: 'unavailable', reason: 'toy/away' })
    expect(new Date(first?.since ?? '').toISOString()).toBe(first?.since)
  })

  it('rejects where it was cancelled or asked wrongly', async () => {
    const compute = await computeOver(new Toy())
    expect(await rejection(compute.check({ signal: AbortSignal.abort() }))).toMatchObject({ code: 'cancelled' })
    expect(await rejection(compute.check({ timeoutMs: -1 }))).toMatchObject({ code: 'invalid-argument' })
  })
})

describe('creating', () => {
  it('names every option that breaks a rule', async () => {
    const error = await rejection(
      createCompute({ drivers: { East: {} as never }, owner: 'a-b', fingerprintKey: '', breaker: { failures: 0 } }),
    )
    expect(error).toBeInstanceOf(InvalidRequestError)
    expect(error['problems']).toHaveLength(5)
    expect(await rejection(createCompute({ drivers: {} }))).toBeInstanceOf(InvalidRequestError)
    const slips = {
      drivers: { east: {} },
      onwer: 'a',
      timeouts: { built: 5 },
      breaker: { failure: 3 },
      logger: console,
    }
    const { problems } = await rejection(createCompute(slips as never))
    expect(problems).toEqual([
      'createCompute has drivers, logger, clock, owner, fingerprintKey, timeouts, breaker; found "onwer"',
      'timeouts has build, delete, status, getAmphora, suspend, resume; found "built"',
      'breaker has failures, openForMs, probes; found "failure"',
      "logger must have debug, info, warn, error, child, as pino's has; found one without child",
      'the binding "east" must be a plugin called with its options, such as docker({…}); found object',
    ])
    expect(await rejection(computeOver(new Toy(), { timeouts: { build: -1 } }))).toBeInstanceOf(InvalidRequestError)
  })

  it('gives drivers their owner, clock, logger and the signal of closing', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { clock, owner: 'blue' })
    expect(toy.context).toMatchObject({ owner: 'blue', clock })
    expect(toy.context?.signal.aborted).toBe(false)
    await clock.runUntil(compute.close())
    expect(toy.context?.signal.aborted).toBe(true)
    expect((await computeOver(toy).then(() => toy.context))?.owner).toBe('amphora')
  })

  it('refuses a driver that lacks what it declares, and closes those connected before it', async () => {
    const [first, second] = [new Toy(), new Toy()]
    const lacking = bind(second, { without: ['resume', 'find'] })
    const error = await rejection(createCompute({ drivers: { a: bind(first), b: lacking } }))
    expect(error).toBeInstanceOf(DriverLoadError)
    expect(error.message).toContain('find, resume')
    expect(first.closed).toBe(1)
  })

  it('tells nothing of what a driver threw while connecting', async () => {
    const broken = defineDriver({
      apiVersion: 1,
      name: 'broken',
      capabilities: { types: ['VM'] },
      options: { '~standard': { version: 1, vendor: 't', validate: (value: unknown) => ({ value }) } },
      connect: () => {
        throw new Error('password=s3cr3t')
      },
    })
    const error = await rejection(createCompute({ drivers: { a: broken({}) } }))
    expect(error).toBeInstanceOf(DriverLoadError)
    expect(inspect(error, { depth: 9 })).not.toContain('s3cr3t')
    const refused = bind(new Toy())
    const own = {
      ...refused,
      connect: () => {
        throw new DriverLoadError('no such cloud')
      },
    } as DriverBinding
    expect((await rejection(createCompute({ drivers: { a: own } }))).message).toBe('no such cloud')
  })

  it('takes the times of the deployment before those of the driver before its own', async () => {
    const limit = async (options: Parameters<typeof computeOver>[1]): Promise<number> => {
      const toy = new Toy()
      toy.always('delete', hangs)
      const compute = await computeOver(toy, { clock, breaker: false, ...options })
      const began = clock.monotonic()
      expect(await clock.runUntil(rejection(compute.delete('east/a')))).toBeInstanceOf(DeleteFailed)
      return clock.monotonic() - began
    }
    const definition = { timeouts: { delete: 7_000 } }
    expect(await limit({})).toBe(30_000)
    expect(await limit({ definition })).toBe(7_000)
    expect(await limit({ definition, timeouts: { delete: 3_000 } })).toBe(3_000)
  })
})

describe('closing', () => {
  it('admits nothing more, stops what is under way, closes the driver once, and is fine twice', async () => {
    const toy = new Toy()
    toy.always('getAmphora', hangs)
    const compute = await computeOver(toy, { clock })
    const pending = rejection(compute.status('east/a'))
    await settled()
    await clock.runUntil(Promise.all([compute.close(), compute[Symbol.asyncDispose]()]))
    expect(await pending).toMatchObject({ code: 'cancelled', reason: 'core/closed' })
    expect(await rejection(compute.delete('east/a'))).toMatchObject({ code: 'cancelled', reason: 'core/closed' })
    expect(await rejection(compute.build({ name: 'x' }))).toMatchObject({
      reason: 'core/closed',
      outcome: 'not-created',
    })
    expect(toy.closed).toBe(1)
  })

  it('waits 5 s for a driver, and is not failed by one', async () => {
    const slow = await computeOver(new Toy(), { clock, definition: { driver: { close: () => new Promise(() => {}) } } })
    const began = clock.monotonic()
    await clock.runUntil(slow.close())
    expect(clock.monotonic() - began).toBe(5_000)
    const failing = await computeOver(new Toy(), {
      definition: { driver: { close: () => Promise.reject(new Error('x')) } },
    })
    await expect(failing.close()).resolves.toBeUndefined()
  })
})

describe('the log', () => {
  const lines: Record<string, unknown>[] = []
  const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line) as never) })
  beforeEach(() => {
    lines.length = 0
  })

  it('has a line for each call, with what an operator looks for', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, { logger, clock })
    const id = await compute.build({ name: 'web' })
    await compute.status(id)
    toy.always('delete', fails('permission-denied', { reason: 'toy/forbidden' }))
    await rejection(compute.delete(id))
    expect(lines).toMatchObject([
      { level: 30, driver: 'east', verb: 'build', amphoraName: 'web', amphoraId: 'east/i1', attempt: 1, ms: 0 },
      { level: 20, driver: 'east', verb: 'status', amphoraId: 'east/i1', attempt: 1 },
      { level: 40, verb: 'delete', amphoraId: 'east/i1', code: 'permission-denied', reason: 'toy/forbidden' },
    ])
  })

  it('hands drivers a child that knows the call', async () => {
    const toy = new Toy()
    toy.next('build', (act, call) => {
      call.logger.info({ step: 1 }, 'from the driver')
      return act()
    })
    const compute = await computeOver(toy, { logger })
    await compute.build({ name: 'web' })
    expect(lines[0]).toMatchObject({
      driver: 'east',
      verb: 'build',
      amphoraName: 'web',
      step: 1,
      msg: 'from the driver',
    })
  })

  it('tells of repeats and of circuits', async () => {
    const toy = new Toy()
    toy.put('a')
    toy.next('getAmphora', fails('unavailable'))
    const compute = await computeOver(toy, { logger, clock, breaker: { failures: 1 } })
    await rejection(clock.runUntil(compute.status('east/a')))
    expect(lines.map((line) => line['msg'])).toEqual([
      'the circuit opened: the backend is left alone for a while',
      'the call will be repeated',
      'status failed',
    ])
  })

  it('holds nothing of what was ordered', async () => {
    const secret = 'c4nary-c4nary'
    const toy = new Toy()
    toy.next('build', fails('unavailable'), fails('invalid-argument'))
    const compute = await computeOver(toy, { logger, clock, fingerprintKey: secret })
    const request = { name: 'web', userData: secret, configDriveFiles: { '/etc/x': secret } }
    const error = await clock.runUntil(rejection(compute.build(request)))
    const shown =
      JSON.stringify(lines) +
      inspect(error, { depth: 9 }) +
      JSON.stringify(error) +
      inspect(compute, { depth: 9, showHidden: true })
    expect(shown).not.toContain(secret)
    expect(lines.length).toBeGreaterThan(1)
  })
})
