import type { ReportedAmphora } from '@amphora/core'
import { getEventListeners } from 'node:events'
import { createManualClock } from '@amphora/core/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { testCall, testOrder, type TestCall } from './call.ts'
import { bench, failure, type Bench, type DockerDriver } from './driver.ts'

let open: Bench | undefined
let call: TestCall = testCall()
afterEach(async () => {
  call.abort()
  await open?.close()
  open = undefined
})

async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  call = testCall()
  return (open = await bench(...options))
}

/** A watch that runs by itself, as a consumer's does. */
class Watching {
  readonly seen: ReportedAmphora[] = []
  readonly end: Promise<unknown>
  #wake = (): void => undefined

  constructor(driver: DockerDriver) {
    this.end = this.#run(driver.watch(call))
  }

  get words(): readonly string[] {
    return this.seen.map(({ name, status }) => `${name} ${status.raw}`)
  }

  async until(word: string, times = 1): Promise<void> {
    while (this.words.filter((one) => one === word).length < times) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  async #run(stream: AsyncIterable<ReportedAmphora>): Promise<unknown> {
    try {
      for await (const amphora of stream) {
        this.seen.push(amphora)
        this.#wake()
      }
      return 'it ended in silence'
    } catch (error) {
      return error
    }
  }
}

describe('watch', () => {
  it('tells what there is, and then every change', async () => {
    const { engine, driver } = await start()
    const id = await driver.build(testOrder(), testCall())
    const watching = new Watching(driver)
    await watching.until('web-1 running')
    await driver.suspend(id, testCall())
    await watching.until('web-1 paused')
    await driver.resume(id, testCall())
    await watching.until('web-1 running', 2)
    await driver.delete(id, testCall())
    await watching.until('web-1 destroyed')
    expect(watching.words).toEqual(['web-1 running', 'web-1 paused', 'web-1 running', 'web-1 destroyed'])
    expect(watching.seen.at(-1)).toEqual({
      id,
      name: 'web-1',
      type: 'Container',
      status: { state: 'deleted', raw: 'destroyed' },
      addresses: [],
    })
    expect(engine.server.unexpected()).toEqual([])
  })

  it('sees what is made and gone while it looks on', async () => {
    const { driver } = await start()
    const watching = new Watching(driver)
    await open?.engine.server.seen('GET /events')
    const id = await driver.build(testOrder(), testCall())
    await driver.delete(id, testCall())
    await watching.until('web-1 destroyed')
    expect(watching.seen.at(-1)?.id).toBe(id)
  })

  it('tells nothing of what is not ours', async () => {
    const { engine, driver } = await start()
    const watching = new Watching(driver)
    await engine.server.seen('GET /events')
    const foreign = engine.plant('other', { 'amphora.owner': 'west', 'amphora.name': 'other' })
    const copied = engine.plant('copied', { 'amphora.owner': 'amphora', 'amphora.name': 'web-1' })
    for (const container of [foreign, copied]) engine.change(container, 'start', () => undefined)
    await driver.build(testOrder(), testCall())
    await watching.until('web-1 running')
    expect(new Set(watching.seen.map(({ name }) => name))).toEqual(new Set(['web-1']))
    expect(watching.seen.every(({ id }) => id === engine.named('amphora-web-1')?.id)).toBe(true)
  })

  it('asks the engine for changes only, and not for what every health check tells', async () => {
    const { engine, driver } = await start()
    const watching = new Watching(driver)
    const { query } = await engine.server.seen('GET /events')
    const filters = JSON.parse(query.get('filters') ?? '') as { event: string[] }
    expect(filters).toMatchObject({ type: ['container'], label: ['amphora.owner=amphora'] })
    expect(filters.event).toContain('health_status')
    expect(filters.event.some((event) => event.startsWith('exec'))).toBe(false)
    expect(watching.seen).toEqual([])
  })

  it('looks once at what happens many times at once', async () => {
    const { engine, driver } = await start()
    await driver.build(testOrder(), testCall())
    const container = engine.named('amphora-web-1')
    const watching = new Watching(driver)
    await engine.server.seen('GET /events', 1, 'acted')
    await watching.until('web-1 running')
    engine.server.clear()
    if (container === undefined) throw new Error('it is there')
    for (let at = 0; at < 200; at += 1) engine.change(container, 'update', () => undefined)
    engine.change(container, 'pause', ({ state }) => (state.Status = 'paused'))
    await watching.until('web-1 paused')
    expect(engine.server.count()).toBeLessThan(5)
  })

  it('tells what happened while the stream was lost, deletions too, and nothing twice', async () => {
    const { engine, driver } = await start()
    for (const name of ['web-1', 'web-2', 'web-3']) await driver.build(testOrder({ name }), testCall())
    const watching = new Watching(driver)
    await watching.until('web-3 running')
    await watching.until('web-1 running')
    await engine.server.seen('GET /events', 1, 'acted')
    // What the stream told again of the builds has been looked at, so that nothing is on its way.
    await engine.server.seen('GET /containers/{id}/json', 3, 'finished')
    const down = await engine.server.down()
    const [first, second] = ['amphora-web-1', 'amphora-web-2'].map((name) => engine.named(name))
    if (first === undefined || second === undefined) throw new Error('they are there')
    first.state.Status = 'paused'
    engine.remove(second)
    // The engine keeps 256 events, so that nobody will ever be told of this end.
    const foreign = engine.plant('other')
    for (let at = 0; at < 300; at += 1) engine.change(foreign, 'update', () => undefined)
    await down[Symbol.asyncDispose]()
    await watching.until('web-1 paused')
    await watching.until('web-2 destroyed')
    expect([...watching.words].sort()).toEqual(
      ['web-1 running', 'web-2 running', 'web-3 running', 'web-1 paused', 'web-2 destroyed'].sort(),
    )
  })

  it.each([
    ['ends', { kind: 'empty', act: false }],
    ['is cut', { kind: 'cut-body', act: false }],
    ['holds what is not JSON', { kind: 'malformed', act: false, text: 'nonsense\n' }],
    ['never ends a line', { kind: 'huge-body', act: false }],
    ['is refused', { kind: 'status', status: 503 }],
  ] as const)('opens a stream again that %s', async (_what, fault) => {
    const { engine, driver } = await start()
    await engine.server.inject({ ...fault, on: 'GET /events', times: 2 })
    const watching = new Watching(driver)
    await engine.server.seen('GET /events', 3)
    await driver.build(testOrder(), testCall())
    await watching.until('web-1 running')
    expect(watching.words.filter((word) => word === 'web-1 running')).toHaveLength(1)
  })

  it('rejects where the engine stays away, and never ends in silence', async () => {
    const clock = createManualClock(Date.now())
    const { engine, connect } = await start()
    const driver = connect({ clock })
    await driver.build(testOrder(), testCall())
    const watching = new Watching(driver)
    await watching.until('web-1 running')
    await engine.server.seen('GET /events', 1, 'acted')
    const before = clock.monotonic()
    await engine.server.down()
    const error = await clock.runUntil(watching.end)
    expect(error).toMatchObject({ code: 'unavailable', reason: 'docker/watch-lost' })
    expect(clock.monotonic() - before).toBeGreaterThanOrEqual(10_000)
    expect(clock.monotonic() - before).toBeLessThan(30_000)
    expect(watching.words).toEqual(['web-1 running'])
  })

  it('rejects at once where trying again cannot help', async () => {
    const { engine, driver } = await start()
    await engine.server.inject({ kind: 'status', status: 403 })
    expect(await new Watching(driver).end).toMatchObject({ code: 'permission-denied' })
  })

  it('lists anew every five minutes, and so sees what no event told', async () => {
    const clock = createManualClock(Date.now())
    const { engine, connect } = await start()
    const container = engine.plant('amphora-web-1', { 'amphora.owner': 'amphora', 'amphora.name': 'web-1' })
    const watching = new Watching(connect({ clock }))
    await watching.until('web-1 running')
    await engine.server.seen('GET /events', 1, 'acted')
    container.state.Status = 'paused'
    const before = clock.monotonic()
    await clock.runUntil(watching.until('web-1 paused'))
    expect(clock.monotonic() - before).toBeGreaterThanOrEqual(299_000)
    expect(engine.server.count('GET /containers/json')).toBe(2)
  })

  it('obeys the signal within 250 ms, also while nothing happens, and closes its stream', async () => {
    const { engine, driver } = await start()
    const watching = new Watching(driver)
    const stream = await engine.server.seen('GET /events', 1, 'acted')
    const abortedAt = performance.now()
    call.abort()
    expect(await watching.end).toMatchObject({ code: 'cancelled' })
    expect(performance.now() - abortedAt).toBeLessThan(250)
    await engine.server.seen('GET /events', 1, 'finished')
    expect(stream.signal.aborted).toBe(true)
  })

  it('closes its stream when its consumer leaves', async () => {
    const { engine, driver } = await start()
    await driver.build(testOrder(), testCall())
    const container = engine.named('amphora-web-1')
    for await (const { status } of driver.watch(call)) {
      if (status.state === 'suspended') break
      await engine.server.seen('GET /containers/json')
      if (container !== undefined) engine.change(container, 'pause', ({ state }) => (state.Status = 'paused'))
    }
    expect((await engine.server.seen('GET /events', 1, 'finished')).signal.aborted).toBe(true)
    expect(getEventListeners(call.signal, 'abort')).toEqual([])
  })

  it('takes no place from the calls', async () => {
    const { engine, driver } = await start()
    const id = await driver.build(testOrder(), testCall())
    const watches = Array.from({ length: 30 }, () => new Watching(driver))
    await engine.server.seen('GET /events', 30, 'acted')
    expect((await driver.status?.(id, testCall()))?.state).toBe('active')
    expect(watches).toHaveLength(30)
  })

  it('that begins in an outage rejects too', async () => {
    const clock = createManualClock(Date.now())
    const { engine, connect } = await start()
    await engine.server.down()
    const watching = new Watching(connect({ clock }))
    expect(await clock.runUntil(watching.end)).toMatchObject({ code: 'unavailable' })
    expect(await failure(connect().getAmphora('0'.repeat(64), testCall()))).toMatchObject({ code: 'unavailable' })
  })
})
