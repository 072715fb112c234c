import type { ReportedAmphora } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { bench, callOf, contextOf, orderOf, type Bench } from '../../test/bench.ts'
import { noop, World } from '../index.ts'

/** Watches from now on; what is seen is in `seen`, how it ended in `ended`. */
function watching(
  { driver }: Pick<Bench, 'driver'>,
  signal?: AbortSignal,
): { readonly seen: string[]; readonly ended: Promise<unknown> } {
  const seen: string[] = []
  const run = async (): Promise<void> => {
    for await (const amphora of driver.watch(callOf(signal))) seen.push(show(amphora))
  }
  return {
    seen,
    ended: run().then(
      () => 'in silence',
      (error: unknown) => error,
    ),
  }
}

function show({ name, status, addresses }: ReportedAmphora): string {
  return `${name} ${status.state} ${addresses.length}`
}

describe('watch', () => {
  it('shows what there is, then what changes, then what goes', async () => {
    const scene = bench({ buildMs: 100, deleteMs: 50 }, { pollMs: 20 })
    const { driver, clock, world } = scene
    await driver.build(orderOf('a'), callOf())
    world.plantForeign('foreign')
    const { seen } = watching(scene)
    await clock.advance(0)
    expect(seen).toEqual(['a building 1'])
    await clock.advance(100)
    expect(seen.splice(0)).toEqual(['a building 1', 'a active 1'])
    const id = await driver.build(orderOf('b'), callOf())
    await clock.advance(20)
    await driver.attachNetworkOrPort(id, { networkId: 'n' }, callOf())
    await clock.advance(20)
    expect(seen.splice(0)).toEqual(['b building 1', 'b building 2'])
    await driver.delete(id, callOf())
    await clock.advance(200)
    expect(seen.splice(0)).toEqual(['b deleting 2', 'b deleted 2'])
    await clock.advance(1_000)
    expect(seen).toEqual([])
  })

  it('rejects in an outage instead of ending in silence', async () => {
    const scene = bench()
    const { ended } = watching(scene)
    await scene.clock.advance(100)
    scene.world.script.down()
    await scene.clock.advance(100)
    expect(await ended).toMatchObject({ code: 'unavailable', reason: 'noop/refuse' })
  })

  it('rejects when its signal aborts while it pauses, and sleeps no more', async () => {
    const scene = bench()
    const controller = new AbortController()
    const { ended } = watching(scene, controller.signal)
    await scene.clock.advance(0)
    expect(scene.clock.sleeping).toBe(1)
    controller.abort()
    expect(await ended).toMatchObject({ code: 'cancelled' })
    expect(scene.clock.sleeping).toBe(0)
  })

  it('ends with an error of ours when the clock fails', async () => {
    const { clock } = bench()
    const broken = { ...clock, sleep: () => Promise.reject(new Error('no time')) }
    const driver = noop({ world: new World({ clock: broken }) }).connect(contextOf('ours', broken))
    expect(await watching({ driver }).ended).toMatchObject({ code: 'internal' })
  })
})
