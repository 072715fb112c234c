import { TestbedError } from '@amphora/testbed'
import type { World } from '@amphora/noop'
import { DemoError } from '../claim.ts'
import type { Say } from '../output/ledger.ts'
import { dockerStage } from './docker.ts'
import { newWorld, noopStage } from './noop.ts'
import type { Stage, StageKind } from './stage.ts'

export interface Choice {
  /** What was asked for. Left out: Docker where it can be had, else Noop. */
  readonly driver?: StageKind | undefined
  /** The simulator's world; one of its own where left out. */
  readonly world?: World | undefined
  /** Hears also why Docker cannot be had. */
  readonly say: Say
}

/** @throws {DemoError} or {TestbedError} where what was asked for cannot be had; both say what to do. */
export async function chooseStage({ driver, world = newWorld(), say }: Choice): Promise<Stage> {
  if (driver === 'noop') return noopStage(world)
  try {
    return await dockerStage(say)
  } catch (error) {
    const isExpected = error instanceof DemoError || error instanceof TestbedError
    if (driver === 'docker' || !isExpected) throw error
    say.detail(`no Docker: ${error.message}`)
    return noopStage(world)
  }
}
