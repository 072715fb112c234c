import { channel } from 'node:diagnostics_channel'
import { getEventListeners } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { computeOver, everything, fails, hangs, rejection, settled, Toy } from '../../test/toy.ts'
import { InstanceNotFoundError } from '../index.ts'
import type { ComputeEvent, ReportedAmphora } from '../index.ts'
import { createManualClock } from '../testing/index.ts'

const clock = createManualClock()
const { watch: _watch, ...unwatched } = everything
const polling = { clock, definition: { capabilities: unwatched, without: ['watch'] } } as const
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
const gone = (amphora: ReportedAmphora): ReportedAmphora => ({ ...amphora, status: { state: 'deleted', raw: 'gone' } })

describe('waiting', () => {
  it('ends at once where the state is reached already, with the amphora', async () => {
    const toy = new Toy()
    toy.put('a')
    const compute = await computeOver(toy, polling)
    const amphora = await compute.waitFor('east/a', 'active')
    expect(amphora).toMatchObject({ id: 'east/a', status: { state: 'active', up: true } })
    expect(toy.calls).toEqual(['getAmphora'])
  })

  it('looks after a second and then ever less often, and not at all once it is over', async () => {
    const toy = new Toy()
    toy.put('a', { state: 'building' })
    const compute = await computeOver(toy, polling)
    const waiting = compute.waitFor('east/a', 'active')
    await settled()
    expect(toy.count('getAmphora')).toBe(1)
    await clock.advance(1_000)
    expect(toy.count('getAmphora')).toBe(2)
    await clock.advance(99_000)
    const looks = toy.count('getAmphora')
    expect(looks).toBeGreaterThan(10)
    expect(looks).toBeLessThan(40)
    toy.put('a')
    await clock.runUntil(waiting)
    const after = toy.calls.length
    await clock.advance(60_000)
    expect(toy.calls).toHaveLength(after)
  })

  it('for deleted resolves only once the backend says that it is gone', async () => {
    const toy = new Toy()
    toy.put('a', { state: 'deleting' })
    const compute = await computeOver(toy, polling)
    let isOver = false
    const waiting = compute.waitFor('east/a', 'deleted').then(() => (isOver = true))
    await clock.advance(30_000)
    toy.next('getAmphora', fails('unavailable'), fails('internal'))
    await clock.advance(30_000)
    expect(isOver).toBe(false)
    toy.instances.delete('a')
    await clock.runUntil(waiting)
    expect(isOver).toBe(true)
  })

  it('for deleted is not ended by the state error, and takes the word deleted', async () => {
    const toy = new Toy()
    const failed = toy.put('a', { state: 'error' })
    const compute = await computeOver(toy, polling)
    const waiting = compute.waitFor('east/a', 'deleted')
    await clock.advance(20_000)
    toy.instances.set('a', gone(failed))
    expect(await clock.runUntil(waiting)).toBeUndefined()
  })

  it('ends at once with the fault where it is in error, and for error with the amphora', async () => {
    const toy = new Toy()
    toy.put('a', { state: 'error', raw: 'ERROR', fault: 'No valid host was found', reason: 'toy/no-host' })
    const compute = await computeOver(toy, polling)
    const error = await rejection(compute.waitFor('east/a', 'active'))
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'toy/no-host', amphoraId: 'east/a' })
    expect(error.message).toBe('Cannot wait for east/a to be active: it is error (ERROR): No valid host was found')
    await expect(compute.waitFor('east/a', 'error')).resolves.toMatchObject({ id: 'east/a' })
  })

  it('ends where there is nothing, or it is deleted', async () => {
    const toy = new Toy()
    const compute = await computeOver(toy, polling)
    expect(await rejection(compute.waitFor('east/a', 'active'))).toBeInstanceOf(InstanceNotFoundError)
    toy.instances.set('b', gone(toy.put('b')))
    expect(await rejection(compute.waitFor('east/b', 'active'))).toMatchObject({ code: 'failed-precondition' })
  })

  it('goes through an outage until its deadline, and tells both then', async () => {
    const toy = new Toy()
    toy.put('a', { state: 'building' })
    const compute = await computeOver(toy, { ...polling, breaker: false })
    toy.always('getAmphora', fails('unavailable', { message: 'nobody there' }))
    const error = await clock.runUntil(rejection(compute.waitFor('east/a', 'active', { timeoutMs: 60_000 })))
    expect(error).toMatchObject({ code: 'deadline-exceeded', amphoraId: 'east/a' })
    expect(error.message).toContain('it was never seen; the last look failed: Cannot get east/a: nobody there')
    toy.always('getAmphora', undefined)
    await expect(clock.runUntil(compute.waitFor('east/a', 'building'))).resolves.toBeDefined()
  })

  it('waits ten minutes where nobody says how long', async () => {
    const toy = new Toy()
    toy.put('a', { state: 'building' })
    const compute = await computeOver(toy, polling)
    const began = clock.monotonic()
    const error = await clock.runUntil(rejection(compute.waitFor('east/a', 'active')))
    expect(clock.monotonic() - began).toBe(600_000)
    expect(error.message).toContain('it was last seen building')
  })

  it('ends at once where looking again cannot help', async () => {
    const toy = new Toy()
    toy.put('a', { state: 'building' })
    const compute = await computeOver(toy, polling)
    toy.next('getAmphora', fails('permission-denied'))
    expect(await rejection(compute.waitFor('east/a', 'active'))).toMatchObject({ code: 'permission-denied' })
    const waiting = rejection(compute.waitFor('east/a', 'active'))
    await settled()
    toy.next('getAmphora', fails('unauthenticated'))
    expect(await clock.runUntil(waiting)).toMatchObject({ code: 'unauthenticated' })
  })

  it('ends with the caller, with the Compute, and leaves no listener', async () => {
    const toy = new Toy()
    toy.put('a', { state: 'building' })
    const compute = await computeOver(toy, polling)
    const stop = new AbortController()
    const waiting = rejection(compute.waitFor('east/a', 'active', { signal: stop.signal }))
    await settled()
    stop.abort()
    expect(await waiting).toMatchObject({ code: 'cancelled' })
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
    const other = rejection(compute.waitFor('east/a', 'active'))
    await settled()
    await clock.runUntil(compute.close())
    expect(await other).toMatchObject({ code: 'cancelled', reason: 'core/closed' })
  })

  it('refuses a time that no timer can hold', async () => {
    const compute = await computeOver(new Toy(), polling)
    for (const timeoutMs of [0, -1, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY, '5' as never]) {
      expect(await rejection(compute.waitFor('east/a', 'active', { timeoutMs }))).toMatchObject({
        code: 'invalid-argument',
      })
    }
    expect(await rejection(compute.waitFor('east/a', 7 as never))).toMatchObject({ code: 'invalid-argument' })
  })

  it('tells the changes of state that it sees', async () => {
    const events: ComputeEvent[] = []
    const listen = (event: unknown): void => void events.push(event as ComputeEvent)
    channel('amphora.event').subscribe(listen)
    const toy = new Toy()
    toy.put('a', { state: 'building' })
    const compute = await computeOver(toy, polling)
    const waiting = compute.waitFor('east/a', 'active')
    await settled()
    toy.put('a')
    await clock.runUntil(waiting)
    channel('amphora.event').unsubscribe(listen)
    expect(events).toEqual([{ kind: 'state', amphoraId: 'east/a', from: 'building', to: 'active' }])
  })
})

describe('waiting together', () => {
  it('asks for each while there are fewer than eight, and from then on lists', async () => {
    const toy = new Toy()
    const ids = Array.from({ length: 8 }, (_, n) => `a${n}`)
    for (const id of ids) toy.put(id, { state: 'building' })
    const compute = await computeOver(toy, polling)
    const seven = ids.slice(0, 7).map((id) => compute.waitFor(`east/${id}`, 'active'))
    await settled()
    toy.calls.length = 0
    await clock.advance(1_000)
    expect([toy.count('getAmphora'), toy.count('list')]).toEqual([7, 0])
    toy.calls.length = 0
    const eighth = compute.waitFor('east/a7', 'active')
    await settled()
    await clock.advance(2_000)
    expect(toy.count('getAmphora')).toBe(0)
    expect(toy.count('list')).toBeGreaterThan(0)
    for (const id of ids) toy.put(id)
    await clock.runUntil(Promise.all([...seven, eighth]))
  })

  it('costs one list a tick for a thousand, and no question for each', async () => {
    const toy = new Toy()
    const ids = Array.from({ length: 1_000 }, (_, n) => `a${n}`)
    for (const id of ids) toy.put(id, { state: 'building' })
    const compute = await computeOver(toy, polling)
    const waits = Promise.all(ids.map((id) => compute.waitFor(`east/${id}`, 'active')))
    await clock.advance(1_500)
    for (const id of ids) toy.put(id)
    expect(await clock.runUntil(waits)).toHaveLength(1_000)
    expect(toy.count('getAmphora')).toBe(7)
    expect(toy.count('list')).toBe(2 * 1_000)
  })

  it('asks once for what a list does not show before it is called gone', async () => {
    const toy = new Toy()
    const ids = Array.from({ length: 9 }, (_, n) => `a${n}`)
    for (const id of ids) toy.put(id, { state: 'deleting' })
    const compute = await computeOver(toy, polling)
    const waits = ids.map((id) => compute.waitFor(`east/${id}`, 'deleted'))
    await settled()
    const hidden = toy.instances.get('a0')
    toy.instances.clear()
    let asked = 0
    toy.always('getAmphora', async (act) => {
      asked += 1
      if (asked === 1 && hidden !== undefined) return hidden
      return act()
    })
    await clock.runUntil(Promise.all(waits))
    expect(asked).toBeGreaterThanOrEqual(10)
  })

  it('goes on after a list that failed', async () => {
    const toy = new Toy()
    const ids = Array.from({ length: 9 }, (_, n) => `a${n}`)
    for (const id of ids) toy.put(id, { state: 'building' })
    const compute = await computeOver(toy, { ...polling, breaker: false })
    const waits = Promise.all(ids.map((id) => compute.waitFor(`east/${id}`, 'active')))
    await settled()
    toy.next('list', fails('internal'), fails('internal'))
    await clock.advance(5_000)
    for (const id of ids) toy.put(id)
    expect(await clock.runUntil(waits)).toHaveLength(9)
  })
})

describe('waiting by the stream of a driver that has one', () => {
  it('sees a change without asking, and confirms a deletion by one question', async () => {
    const toy = new Toy()
    const building = toy.put('a', { state: 'building' })
    const compute = await computeOver(toy, { clock })
    const waiting = compute.waitFor('east/a', 'active')
    await settled()
    expect([toy.count('watch'), toy.count('getAmphora')]).toEqual([1, 1])
    toy.change(toy.put('a'))
    await expect(waiting).resolves.toMatchObject({ status: { state: 'active' } })
    expect([toy.count('getAmphora'), toy.count('list')]).toEqual([1, 0])

    const removing = compute.waitFor('east/a', 'deleted')
    await settled()
    toy.change(gone(building))
    await settled()
    toy.instances.delete('a')
    toy.change(gone(building))
    expect(await removing).toBeUndefined()
    expect(toy.count('getAmphora')).toBe(4)
  })

  it('tells each change once, however many wait', async () => {
    const events: ComputeEvent[] = []
    const listen = (event: unknown): void => void events.push(event as ComputeEvent)
    channel('amphora.event').subscribe(listen)
    const toy = new Toy()
    const building = toy.put('a', { state: 'building' })
    const compute = await computeOver(toy, { clock })
    const waits = [compute.waitFor('east/a', 'active'), compute.waitFor('east/a', 'active')]
    const removing = compute.waitFor('east/a', 'deleted')
    await settled()
    toy.change(toy.put('a'))
    await Promise.all(waits)
    toy.instances.delete('a')
    toy.change(gone(building))
    await removing
    channel('amphora.event').unsubscribe(listen)
    expect(events).toEqual([
      { kind: 'state', amphoraId: 'east/a', from: 'building', to: 'active' },
      { kind: 'state', amphoraId: 'east/a', from: 'active', to: 'deleted' },
    ])
  })

  it('opens the stream again when it breaks or ends, and misses nothing', async () => {
    const toy = new Toy()
    toy.put('a', { state: 'building' })
    const compute = await computeOver(toy, { clock })
    const waiting = compute.waitFor('east/a', 'active')
    await settled()
    toy.change(new Error('reset'))
    await settled()
    await clock.advance(1_500)
    expect(toy.count('watch')).toBe(2)
    toy.change(undefined)
    await settled()
    toy.put('a')
    await expect(clock.runUntil(waiting)).resolves.toMatchObject({ id: 'east/a' })
    expect(toy.count('watch')).toBe(3)
  })

  it('sees a deletion that happened while the stream was down', async () => {
    const toy = new Toy()
    toy.put('a', { state: 'deleting' })
    const compute = await computeOver(toy, { clock })
    const waiting = compute.waitFor('east/a', 'deleted', { timeoutMs: 30_000 })
    await settled()
    toy.change(new Error('reset'))
    await settled()
    toy.instances.delete('a')
    expect(await clock.runUntil(waiting)).toBeUndefined()
  })

  it('sees a deletion that the stream never tells', async () => {
    const toy = new Toy()
    toy.put('a', { state: 'deleting' })
    const compute = await computeOver(toy, { clock })
    const waiting = compute.waitFor('east/a', 'deleted', { timeoutMs: 30_000 })
    await clock.advance(5_000)
    toy.instances.delete('a')
    expect(await clock.runUntil(waiting)).toBeUndefined()
  })

  it('ignores what nobody waits for', async () => {
    const toy = new Toy()
    toy.put('a', { state: 'building' })
    const other = toy.put('b')
    const compute = await computeOver(toy, { clock })
    const waiting = compute.waitFor('east/a', 'active')
    await settled()
    toy.change(gone(other))
    toy.change(other)
    await settled()
    expect(toy.count('getAmphora')).toBe(1)
    toy.change(toy.put('a'))
    await waiting
  })

  it('streams only from so many on as the driver says, and asks for each below', async () => {
    const toy = new Toy()
    const ids = Array.from({ length: 1_000 }, (_, n) => `a${n}`)
    for (const id of ids) toy.put(id, { state: 'building' })
    const definition = { wait: { pollMs: 1_000, timeoutMs: 600_000, streamFrom: 8 } }
    const compute = await computeOver(toy, { clock, definition })
    const seven = ids.slice(0, 7).map((id) => compute.waitFor(`east/${id}`, 'active'))
    await clock.advance(5_000)
    expect([toy.count('watch'), toy.count('list')]).toEqual([0, 0])
    toy.calls.length = 0
    const others = ids.slice(7).map((id) => compute.waitFor(`east/${id}`, 'active'))
    await clock.advance(5_000)
    expect([toy.count('watch'), toy.count('getAmphora')]).toEqual([1, 0])
    expect(toy.count('list')).toBeLessThanOrEqual(2 * 1_000)
    for (const id of ids) toy.change(toy.put(id))
    await expect(Promise.all([...seven, ...others])).resolves.toHaveLength(1_000)
  })

  it('is not hung by a first look that hangs', async () => {
    const toy = new Toy()
    toy.put('a')
    toy.next('getAmphora', hangs)
    const compute = await computeOver(toy, { clock })
    await expect(compute.waitFor('east/a', 'active')).resolves.toMatchObject({ id: 'east/a' })
  })
})
