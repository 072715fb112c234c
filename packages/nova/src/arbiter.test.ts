import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { AmphoraBuildError, type Clock } from '@amphora/core'
import { createManualClock, type ManualClock } from '@amphora/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { order, server } from '../test/order.ts'
import { Arbiter, type Deeds } from './arbiter.ts'
import { ownershipOf } from './ownership.ts'
import type { WireServer } from './wire.ts'

const OWNER = 'amphora'

/** Nova as far as names go: any number of servers of one, seen as they are at one moment of each request. */
class Cloud {
  readonly clock: ManualClock
  readonly servers = new Map<string, WireServer>()
  creates = 0

  constructor(clock: ManualClock) {
    this.clock = clock
  }

  add(changes: Partial<WireServer> = {}): WireServer {
    const created = `${new Date(this.clock.now()).toISOString().slice(0, 19)}Z`
    const one = server({ id: randomUUID(), created, ...changes })
    this.servers.set(one.id, one)
    return one
  }

  /** What a builder can do, each request taking a while before and after the moment at which it counts. */
  deeds(builder: string, delay: () => number = () => 0): Deeds {
    const { clock } = this
    const request = async <T>(act: () => T): Promise<T> => {
      await clock.sleep(delay())
      const result = act()
      await clock.sleep(delay())
      return result
    }
    return {
      look: () => request(() => ({ servers: [...this.servers.values()].toReversed(), dateMs: clock.now() })),
      create: () => request(() => this.create(builder).id),
      takeBack: (id) => request(() => void this.servers.delete(id)),
    }
  }

  create(builder: string): WireServer {
    this.creates += 1
    return this.add({ status: 'BUILD', metadata: { ...ours, amphora_builder: builder } })
  }
}

const ours = { amphora_owner: OWNER, amphora_name: 'web-1', amphora_fingerprint: 'v1:one' }

function arbiter(clock: Clock, builder = 'here', random: () => number = () => 0.5): Arbiter {
  return new Arbiter({ ownership: ownershipOf(OWNER, builder), clock, random })
}

const never = new AbortController().signal
// Every sleep of every run listens to it.
setMaxListeners(0, never)

describe('one name, one server', () => {
  it('is made by one create between two looks where the name is free', async () => {
    const cloud = new Cloud(createManualClock())
    const looks: number[] = []
    const deeds = cloud.deeds('here')
    const counted: Deeds = { ...deeds, look: (name) => (looks.push(1), deeds.look(name)) }
    const id = await arbiter(cloud.clock).settle(order(), counted, never)
    expect([...cloud.servers.keys()]).toEqual([id])
    expect([looks.length, cloud.creates]).toEqual([2, 1])
  })

  it('is adopted at once where it is alone and older than twenty seconds by the time of Nova', async () => {
    const cloud = new Cloud(createManualClock())
    const { id } = cloud.add()
    await cloud.clock.advance(21_000)
    await expect(arbiter(cloud.clock).settle(order(), cloud.deeds('here'), never)).resolves.toBe(id)
    expect(cloud.creates).toBe(0)
  })

  it('is looked at twice while it is young, since whoever made it may take it back', async () => {
    const cloud = new Cloud(createManualClock())
    const { id } = cloud.add()
    const settling = arbiter(cloud.clock).settle(order(), cloud.deeds('here'), never)
    await cloud.clock.advance(3_000)
    cloud.servers.delete(id)
    const made = await cloud.clock.runUntil(settling)
    expect(made).not.toBe(id)
    expect([...cloud.servers.keys()]).toEqual([made])
  })

  it('is adopted at once where this process has handed it out already', async () => {
    const cloud = new Cloud(createManualClock())
    const one = arbiter(cloud.clock)
    const id = await one.settle(order(), cloud.deeds('here'), never)
    await expect(one.settle(order(), cloud.deeds('here'), never)).resolves.toBe(id)
    expect(cloud.clock.monotonic()).toBe(0)
  })

  it('is refused to another order, and left as it is', async () => {
    const cloud = new Cloud(createManualClock())
    cloud.add()
    await cloud.clock.advance(21_000)
    const refusal = arbiter(cloud.clock).settle(order({ fingerprint: 'v1:two' }), cloud.deeds('here'), never)
    await expect(refusal).rejects.toBeInstanceOf(AmphoraBuildError)
    await expect(refusal).rejects.toMatchObject({ code: 'already-exists', outcome: 'not-created' })
    expect(cloud.servers.size).toBe(1)
  })

  it('passes over what is not ours, has another name, or is being deleted', async () => {
    const cloud = new Cloud(createManualClock())
    cloud.add({ metadata: {} })
    cloud.add({ metadata: { amphora_owner: 'other', amphora_name: 'web-1' } })
    cloud.add({ metadata: { amphora_owner: OWNER, amphora_name: 'web-2' } })
    cloud.add({ taskState: 'deleting' })
    cloud.add({ status: 'SOFT_DELETED' })
    const id = await arbiter(cloud.clock).settle(order(), cloud.deeds('here'), never)
    expect(cloud.servers.size).toBe(6)
    expect(cloud.servers.has(id)).toBe(true)
  })

  it('is the oldest of several that stay for twenty seconds, and nobody deletes the others', async () => {
    const cloud = new Cloud(createManualClock())
    const { id } = cloud.add()
    await cloud.clock.advance(2_000)
    cloud.add()
    const settling = arbiter(cloud.clock).settle(order(), cloud.deeds('here'), never)
    await expect(cloud.clock.runUntil(settling)).resolves.toBe(id)
    expect(cloud.servers.size).toBe(2)
    expect(cloud.clock.monotonic()).toBeGreaterThanOrEqual(20_000)
  })

  it('is the first made where several of one second stay', async () => {
    const cloud = new Cloud(createManualClock())
    const { id } = cloud.add({ id: 'f'.repeat(36) })
    cloud.add({ id: '0'.repeat(36) })
    const settling = arbiter(cloud.clock).settle(order(), cloud.deeds('here'), never)
    await expect(cloud.clock.runUntil(settling)).resolves.toBe(id)
    expect(cloud.servers.size).toBe(2)
  })

  it('is not decided on while a cell that may hold it does not answer', async () => {
    const cloud = new Cloud(createManualClock())
    cloud.add({ metadata: undefined, name: undefined, status: 'UNKNOWN' })
    await expect(arbiter(cloud.clock).settle(order(), cloud.deeds('here'), never)).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'nova/cell-down',
    })
    expect(cloud.creates).toBe(0)
  })

  it('stops waiting as soon as the signal aborts', async () => {
    const cloud = new Cloud(createManualClock())
    cloud.add()
    const stop = new AbortController()
    const settling = arbiter(cloud.clock).settle(order(), cloud.deeds('here'), stop.signal)
    await cloud.clock.advance(1_000)
    stop.abort(new Error('enough'))
    await expect(settling).rejects.toThrow('enough')
  })

  it('is its own where the answer to its create was lost, and needs no second look', async () => {
    const cloud = new Cloud(createManualClock())
    const { id } = cloud.create('here')
    await expect(arbiter(cloud.clock).settle(order(), cloud.deeds('here'), never)).resolves.toBe(id)
    expect([cloud.clock.monotonic(), cloud.creates]).toEqual([0, 1])
  })

  it('is freed of a second one of its own that came late', async () => {
    const cloud = new Cloud(createManualClock())
    const one = arbiter(cloud.clock)
    const id = await one.settle(order(), cloud.deeds('here'), never)
    cloud.create('here')
    await expect(cloud.clock.runUntil(one.settle(order(), cloud.deeds('here'), never))).resolves.toBe(id)
    expect([...cloud.servers.keys()]).toEqual([id])
  })

  it('is waited for where Nova reads from a copy that is behind', async () => {
    const cloud = new Cloud(createManualClock())
    const deeds = cloud.deeds('here')
    let behind = 0
    const look: Deeds['look'] = async (name) => {
      const seen = await deeds.look(name)
      return cloud.creates === 1 && (behind += 1) <= 4 ? { ...seen, servers: [] } : seen
    }
    const id = await cloud.clock.runUntil(arbiter(cloud.clock).settle(order(), { ...deeds, look }, never))
    expect([...cloud.servers.keys()]).toEqual([id])
  })

  it(
    'holds in thousands of interleavings of up to eight builders: some die, and some lose their answer',
    { timeout: 240_000 },
    async () => {
      const plan = fc.record({
        seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        builders: fc.array(
          fc.record({ startsAt: fc.integer({ min: 0, max: 12_000 }), luck: fc.integer({ min: 0, max: 9 }) }),
          { minLength: 2, maxLength: 8 },
        ),
        slowest: fc.constantFrom(20, 200, 700, 1_500),
      })
      await fc.assert(
        fc.asyncProperty(plan, async ({ seed, builders, slowest }) => {
          const cloud = new Cloud(createManualClock())
          const random = randomFrom(seed)
          // The first two live; of the others one in ten dies between its create and its next look.
          const dies = (index: number): boolean => index >= 2 && builders[index]?.luck === 0
          const run = async (index: number): Promise<string> => {
            const { startsAt = 0, luck = 9 } = builders[index] ?? {}
            await cloud.clock.sleep(startsAt)
            const deeds = cloud.deeds(String(index), () => random() * slowest)
            let sent = 0
            const create = async (): Promise<string> => {
              const id = await deeds.create()
              sent += 1
              if (dies(index)) return new Promise<string>(() => {})
              if (luck === 1 && sent === 1) throw new Error('the answer was lost')
              return id
            }
            const one = arbiter(cloud.clock, String(index), random)
            const settle = (): Promise<string> => one.settle(order(), { ...deeds, create }, never)
            return settle().catch(settle)
          }
          const living = builders.map((_, index) => index).filter((index) => !dies(index))
          for (const index of builders.keys()) if (dies(index)) void run(index)
          const ids = await cloud.clock.runUntil(Promise.all(living.map(run)))
          expect(new Set(ids).size).toBe(1)
          expect(cloud.servers.has(ids[0] ?? '')).toBe(true)
          expect(cloud.servers.size).toBeLessThanOrEqual(1 + builders.length - living.length)
        }),
        { numRuns: 2_000 },
      )
    },
  )
})

/** Marsaglia's xorshift: the same run for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
