import { AmphoraBuildError, AmphoraComputeError, DeleteFailed, InstanceNotFoundError } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { bench, callOf, collect, orderOf } from '../test/bench.ts'
import type { Fault } from './script.ts'

const UNTIL_DISPOSED = { times: Infinity }

describe('which calls a fault befalls', () => {
  it('one of its verb, unless it is told how many', async () => {
    const { driver, world } = bench()
    const fault = world.script.on('find', { kind: 'refuse' }, { times: 2 })
    await driver.check(callOf())
    await expect(driver.find('a', callOf())).rejects.toThrow('refused the connection')
    await expect(driver.find('a', callOf())).rejects.toThrow('refused the connection')
    expect(await driver.find('a', callOf())).toEqual([])
    expect(fault.hits).toBe(2)
  })

  it('all of them until it is disposed of', async () => {
    const { driver, world } = bench()
    const fault = world.script.on('*', { kind: 'reset' }, UNTIL_DISPOSED)
    for (let turn = 0; turn < 5; turn++) await expect(driver.check(callOf())).rejects.toThrow('was cut')
    fault.dispose()
    await driver.check(callOf())
    {
      using _fault = world.script.on('*', { kind: 'reset' }, UNTIL_DISPOSED)
      await expect(driver.check(callOf())).rejects.toThrow('was cut')
    }
    await driver.check(callOf())
  })

  it('only those about one amphora, by name or id', async () => {
    const { driver, world } = bench()
    const id = await driver.build(orderOf('a'), callOf())
    world.script.on('*', { kind: 'reset' }, { ...UNTIL_DISPOSED, target: id })
    world.script.on('*', { kind: 'garbage' }, { ...UNTIL_DISPOSED, target: 'b' })
    await driver.find('a', callOf())
    await expect(driver.getAmphora(id, callOf())).rejects.toMatchObject({ reason: 'noop/reset' })
    await expect(driver.find('b', callOf())).rejects.toMatchObject({ reason: 'noop/garbage' })
    world.script.clear()
    await driver.getAmphora(id, callOf())
  })

  it('the one scripted first among several, and an outage before all', async () => {
    const { driver, world } = bench()
    world.script.on('check', { kind: 'reset' })
    world.script.on('check', { kind: 'garbage' })
    const outage = world.script.down()
    await expect(driver.check(callOf())).rejects.toMatchObject({ reason: 'noop/refuse' })
    outage.dispose()
    await expect(driver.check(callOf())).rejects.toMatchObject({ reason: 'noop/reset' })
    await expect(driver.check(callOf())).rejects.toMatchObject({ reason: 'noop/garbage' })
  })
})

describe('what a failed build leaves behind', () => {
  const rows: readonly [Fault, string, string, number][] = [
    [{ kind: 'refuse' }, 'unavailable', 'not-created', 0],
    [{ kind: 'reset' }, 'unavailable', 'in-doubt', 0],
    [{ kind: 'lose-response' }, 'unavailable', 'in-doubt', 1],
    [{ kind: 'garbage' }, 'internal', 'in-doubt', 1],
    [{ kind: 'no-capacity' }, 'resource-exhausted', 'not-created', 0],
    [{ kind: 'status', status: 400 }, 'invalid-argument', 'not-created', 0],
    [{ kind: 'status', status: 401 }, 'unauthenticated', 'not-created', 0],
    [{ kind: 'status', status: 403 }, 'permission-denied', 'not-created', 0],
    [{ kind: 'status', status: 404 }, 'not-found', 'not-created', 0],
    [{ kind: 'status', status: 409 }, 'conflict', 'not-created', 0],
    [{ kind: 'status', status: 429 }, 'resource-exhausted', 'not-created', 0],
    [{ kind: 'status', status: 500 }, 'internal', 'in-doubt', 0],
    [{ kind: 'status', status: 502, acts: true }, 'unavailable', 'in-doubt', 1],
    [{ kind: 'status', status: 503 }, 'unavailable', 'in-doubt', 0],
    [{ kind: 'status', status: 302 }, 'internal', 'in-doubt', 0],
  ]

  it.each(rows)('%o: %s, %s, %i there', async (fault, code, outcome, there) => {
    const { driver, world } = bench()
    world.script.on('build', fault)
    const failed = driver.build(orderOf('a'), callOf())
    await expect(failed).rejects.toBeInstanceOf(AmphoraBuildError)
    await expect(failed).rejects.toMatchObject({ code, outcome, amphoraName: 'a' })
    expect(world.snapshot().instances).toHaveLength(there)
    await driver.build(orderOf('a'), callOf())
    expect(world.snapshot().instances).toHaveLength(1)
  })

  it('what acts late is made at its own moment, whoever looks when', async () => {
    const { driver, world, clock } = bench({ buildMs: 100 })
    world.script.on('build', { kind: 'act-late', afterMs: 1_000 })
    await expect(driver.build(orderOf('a'), callOf())).rejects.toMatchObject({
      code: 'unavailable',
      outcome: 'in-doubt',
    })
    await clock.advance(999)
    expect(await driver.find('a', callOf())).toEqual([])
    await clock.advance(5_000)
    const [found] = await driver.find('a', callOf())
    expect(found).toMatchObject({ createdAt: '2026-01-01T00:00:01.000Z', status: { state: 'active' } })
  })

  it('what acts late under a name that was built meanwhile makes no second one', async () => {
    const { driver, world, clock } = bench()
    world.script.on('build', { kind: 'act-late', afterMs: 1_000 })
    await expect(driver.build(orderOf('a'), callOf())).rejects.toThrow('was lost')
    await driver.build(orderOf('a'), callOf())
    await clock.advance(2_000)
    expect(world.snapshot().instances).toHaveLength(1)
  })

  it('what acts late where the world refuses by then is heard of by nobody', async () => {
    const { driver, world, clock } = bench({ capacity: 0 })
    world.script.on('build', { kind: 'act-late', afterMs: 10 })
    await expect(driver.build(orderOf('a'), callOf())).rejects.toThrow('was lost')
    await clock.advance(20)
    expect(world.inventory()).toEqual([])
  })

  it('a build that is bound to fail is accepted and ends in error, with the words given', async () => {
    const { driver, world, clock } = bench({ buildMs: 100 })
    world.script.on('*', { kind: 'fail-building', fault: 'no bootable device', reason: 'noop/boot' })
    world.script.on('build', { kind: 'fail-building', fault: 'burnt' })
    await driver.check(callOf())
    const [a, b] = [await driver.build(orderOf('a'), callOf()), await driver.build(orderOf('b'), callOf())]
    expect((await driver.getAmphora(a, callOf())).status).toEqual({ state: 'building', raw: 'building' })
    await clock.advance(100)
    expect((await driver.getAmphora(a, callOf())).status).toMatchObject({
      state: 'error',
      fault: 'no bootable device',
      reason: 'noop/boot',
    })
    expect((await driver.getAmphora(b, callOf())).status).toEqual({ state: 'error', raw: 'error', fault: 'burnt' })
    await driver.delete(a, callOf())
  })
})

describe('other verbs', () => {
  it('an outage never reads as absence, emptiness or success', async () => {
    const { driver, world } = bench()
    const id = await driver.build(orderOf('a'), callOf())
    world.script.down()
    const call = callOf()
    const attempts = [
      driver.getAmphora(id, call),
      driver.status?.(id, call),
      driver.find('a', call),
      collect(driver.list(call)),
      driver.check(call),
      driver.delete(id, call),
      driver.suspend(id, call),
      driver.deletePlacementGroup('g', call),
    ]
    for (const attempt of attempts) {
      await expect(attempt).rejects.toBeInstanceOf(AmphoraComputeError)
      await expect(attempt).rejects.toMatchObject({ code: 'unavailable' })
    }
  })

  it('a delete whose answer is lost has deleted, and rejects as a DeleteFailed', async () => {
    const { driver, world } = bench()
    const id = await driver.build(orderOf('a'), callOf())
    world.script.on('delete', { kind: 'lose-response' })
    await expect(driver.delete(id, callOf())).rejects.toBeInstanceOf(DeleteFailed)
    expect(world.snapshot().instances[0]?.word).toBe('deleting')
  })

  it('a 404 is absence to who reads, and success to who deletes', async () => {
    const { driver, world } = bench()
    const id = await driver.build(orderOf('a'), callOf())
    world.script.on('*', { kind: 'status', status: 404 }, { times: 4 })
    await expect(driver.getAmphora(id, callOf())).rejects.toBeInstanceOf(InstanceNotFoundError)
    await expect(driver.suspend(id, callOf())).rejects.toBeInstanceOf(InstanceNotFoundError)
    await driver.delete(id, callOf())
    await driver.deletePlacementGroup('g', callOf())
  })

  it('a 429 says when to come back', async () => {
    const { driver, world } = bench()
    world.script.on('check', { kind: 'status', status: 429, retryAfterMs: 7_000 })
    await expect(driver.check(callOf())).rejects.toMatchObject({
      code: 'resource-exhausted',
      reason: 'noop/status-429',
      retryAfterMs: 7_000,
    })
  })
})

describe('time and the signal', () => {
  it('a call takes its latency, the world acting halfway', async () => {
    const { driver, world, clock } = bench({}, { latencyMs: 100 })
    const built = driver.build(orderOf('a'), callOf())
    await clock.advance(49)
    expect(world.inventory()).toEqual([])
    await clock.advance(1)
    expect(world.inventory()).not.toEqual([])
    await clock.advance(50)
    await built
    expect(world.calls.recent()[0]).toMatchObject({ verb: 'build', name: 'a', ms: 100, outcome: 'answered' })
  })

  it('a slow call takes longer by as much', async () => {
    const { driver, world, clock } = bench({}, { latencyMs: 100 })
    world.script.on('check', { kind: 'slow', ms: 1_000 })
    await clock.runUntil(driver.check(callOf()))
    expect(clock.monotonic()).toBe(1_100)
  })

  it('nothing is asked of the world under a signal that has aborted', async () => {
    const { driver, world } = bench()
    await expect(driver.build(orderOf('a'), callOf(AbortSignal.abort()))).rejects.toMatchObject({ code: 'cancelled' })
    expect(world.calls.count()).toBe(0)
  })

  it.each([
    [{ kind: 'hang' }, 0],
    [{ kind: 'hang', acts: true }, 1],
    [{ kind: 'slow', ms: 1_000 }, 0],
  ] as const)('%o ends with the reason of the signal', async (fault, there) => {
    const { driver, world, clock } = bench()
    world.script.on('build', fault)
    const controller = new AbortController()
    const built = driver.build(orderOf('a'), callOf(controller.signal))
    const reason = new AmphoraComputeError('out of time', { code: 'deadline-exceeded' })
    await clock.advance(0)
    controller.abort(reason)
    await expect(built).rejects.toBe(reason)
    expect(world.snapshot().instances).toHaveLength(there)
    expect(world.calls.recent()[0]?.outcome).toBe('aborted')
    expect(clock.sleeping).toBe(0)
  })

  it('an abort on the way back leaves what was built', async () => {
    const { driver, world, clock } = bench({}, { latencyMs: 100 })
    const controller = new AbortController()
    const built = driver.build(orderOf('a'), callOf(controller.signal))
    await clock.advance(60)
    controller.abort()
    await expect(built).rejects.toMatchObject({ code: 'cancelled' })
    expect(world.snapshot().instances).toHaveLength(1)
  })
})

it('the log says how each call ended, and holds no secret', async () => {
  const { driver, world } = bench()
  const order = orderOf('a', {
    keys: ['ssh-ed25519 CANARY'],
    userData: Buffer.from('CANARY'),
    files: [{ path: '/x', bytes: Buffer.from('CANARY') }],
  })
  await driver.build(order, callOf())
  await expect(driver.getAmphora('b', callOf())).rejects.toThrow('no such amphora')
  world.script.on('build', { kind: 'lose-response' })
  await expect(driver.build(order, callOf())).rejects.toThrow('was lost')
  expect(world.calls.recent().map(({ verb, outcome }) => `${verb} ${outcome}`)).toEqual([
    'build answered',
    'getAmphora absent',
    'build lose-response',
  ])
  expect(JSON.stringify(world.calls.recent())).not.toContain('CANARY')
})
