import { AmphoraBuildError, createCompute, type Compute, type DriverPlugin } from '@amphora/core'
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

const ROUNDS = 5
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
      const controllers = await Promise.all(
        ['first', 'second'].map(() => createCompute({ owner: OWNER, drivers: { box: plugin(options(box)) } })),
      )
      try {
        const built = await Promise.all(
          controllers.map((compute, at) => compute.build({ ...request(`race-${round}-${at}`) }).catch(asRefusal)),
        )
        const ids = built.filter((one) => typeof one === 'string')
        const [compute] = controllers
        const ends = await Promise.all(ids.map(async (id) => ({ id, is: await endOf(id, compute) })))
        expect(ends.filter(({ is }) => is.state === 'active').map(({ id }) => id)).toHaveLength(1)
        for (const { is } of ends.filter(({ is }) => is.state !== 'active')) {
          expect(is.state).toBe('error')
          expect(is.fault ?? is.reason).toBeDefined()
        }
        for (const { id } of ends) {
          await compute?.delete(id)
          await compute?.waitFor(id, 'deleted')
        }
        expect(box.inventory()).toEqual(before)
      } finally {
        await Promise.all(controllers.map((compute) => compute.close()))
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

async function endOf(
  id: string,
  compute: Waiting | undefined,
): Promise<{ readonly state: string; readonly fault?: string | undefined; readonly reason?: string | undefined }> {
  if (compute === undefined) throw new Error('a controller is owed')
  await compute.waitFor(id, 'active').catch(() => {})
  return compute.status(id)
}

type Waiting = Pick<Compute, 'waitFor' | 'status'>
