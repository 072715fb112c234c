import { setTimeout as sleep } from 'node:timers/promises'
import {
  AmphoraBuildError,
  createCompute,
  InstanceNotFoundError,
  type AmphoraStatus,
  type Compute,
  type DriverBinding,
  type DriverPlugin,
} from '@amphora/core'
import { expect, it } from 'vitest'
import type { HardwareOptions } from '../src/index.ts'
import type { Box } from './simulator.ts'

export interface LastSlot<S extends Box> {
  readonly plugin: DriverPlugin<HardwareOptions>
  /** One box that has room for one more. */
  readonly open: () => Promise<S>
  readonly options: (box: S) => HardwareOptions
  readonly request: (name: string) => object
}

type Boxes = Compute<{ readonly box: DriverBinding }>

const ROUNDS = 5
const LOOK_MS = 20
const OWNER = 'racing'

/**
 * Two controllers that want the last room of a box at the same time: one gets it; the other is refused clean, or ends in
 * `error` with the reason and can be deleted. Nothing else is left.
 */
export function racesForTheLastSlot<S extends Box>({ plugin, open, options, request }: LastSlot<S>): void {
  it('of two controllers that race for the last slot one wins, and the other leaves nothing behind', async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const box = await open()
      const before = box.inventory()
      const connect = (): Promise<Boxes> => createCompute({ owner: OWNER, drivers: { box: plugin(options(box)) } })
      const compute = await connect()
      const controllers = [compute, await connect()]
      try {
        const built = await Promise.all(
          controllers.map((one, at) => one.build({ ...request(`race-${round}-${at}`) }).catch(asRefusal)),
        )
        const ids = built.filter((one) => typeof one === 'string')
        const ends = await Promise.all(ids.map(async (id) => ({ id, is: await endOf(id, compute) })))
        expect(ends.filter(({ is }) => is.state === 'active').map(({ id }) => id)).toHaveLength(1)
        for (const { is } of ends.filter(({ is }) => is.state !== 'active')) {
          expect(is.state).toBe('error')
          expect(is.fault ?? is.reason).toBeDefined()
        }
        for (const { id } of ends) {
          await compute.delete(id)
          await gone(id, compute)
        }
        expect(box.inventory()).toEqual(before)
      } finally {
        await Promise.all(controllers.map((one) => one.close()))
        await box.close()
      }
    }
  }, 60_000)
}

/** How a loser is turned away. */
function asRefusal(thrown: unknown): AmphoraBuildError {
  expect(thrown).toBeInstanceOf(AmphoraBuildError)
  if (!(thrown instanceof AmphoraBuildError)) throw thrown
  expect(thrown).toMatchObject({ code: 'resource-exhausted', outcome: 'not-created' })
  return thrown
}

/** Looked at more often than `waitFor` would: minutes of a real box are milliseconds here. */
async function endOf(id: string, compute: Boxes): Promise<AmphoraStatus> {
  for (;;) {
    const status = await compute.status(id)
    if (status.state !== 'building') return status
    await sleep(LOOK_MS)
  }
}

async function gone(id: string, compute: Boxes): Promise<void> {
  for (;;) {
    const thrown: unknown = await compute.status(id).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (thrown instanceof InstanceNotFoundError) return
    if (thrown !== undefined) throw thrown
    await sleep(LOOK_MS)
  }
}
