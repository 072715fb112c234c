import { createCompute } from '@amphora/core'
import { expect, it } from 'vitest'
import { createManualClock, noop, World, type WorldSnapshot } from '../src/index.ts'

/** Builds under a caller's name in a world that loses the answer and acts `afterMs` later. */
async function built(options: {
  readonly uniqueNames: boolean
  readonly settleMs: number
  readonly afterMs: number
}): Promise<{
  readonly id: string
  readonly instances: WorldSnapshot['instances']
}> {
  const { uniqueNames, settleMs, afterMs } = options
  const clock = createManualClock()
  const world = new World({ clock, uniqueNames })
  const compute = await createCompute({ drivers: { lab: noop({ world, settleMs }) }, clock })
  world.script.on('build', { kind: 'act-late', afterMs })
  const id = await clock.runUntil(compute.build({ name: 'a' }))
  await clock.advance(60_000)
  await clock.runUntil(compute.close())
  return { id, instances: world.snapshot().instances }
}

it('unique names need no settle window: what acts late finds the name taken', async () => {
  const { id, instances } = await built({ uniqueNames: true, settleMs: 0, afterMs: 10_000 })
  expect(instances.map((instance) => `lab/${instance.id}`)).toEqual([id])
})

it('without unique names, a build repeated at once makes a second instance', async () => {
  const { instances } = await built({ uniqueNames: false, settleMs: 0, afterMs: 10_000 })
  expect(instances).toHaveLength(2)
})

it('a settle window waits for what acts late within it, and adopts it', async () => {
  const { id, instances } = await built({ uniqueNames: false, settleMs: 30_000, afterMs: 10_000 })
  expect(instances.map((instance) => `lab/${instance.id}`)).toEqual([id])
})
