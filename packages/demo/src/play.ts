import type { World } from '@amphora/noop'
import { bind } from './bind.ts'
import type { CleanUp } from './clean-up.ts'
import type { DemoOptions } from './command-line.ts'
import { orderFor } from './order.ts'
import type { Ledger } from './output/ledger.ts'
import type { Log } from './output/log.ts'
import { chooseStage } from './stage/choose.ts'
import { stepsOn } from './steps.ts'

export interface Play {
  readonly options: DemoOptions
  readonly ledger: Ledger
  readonly log: Log
  readonly cleanUp: CleanUp
  readonly signal: AbortSignal
  readonly world: World | undefined
}

/** Runs every step, in order; rejects with the failure of the first that fails. What is made is put on the clean-up. */
export async function play({ options, ledger, log, cleanUp, signal, world }: Play): Promise<void> {
  const { driver, name } = options
  signal.throwIfAborted()
  const stage = await ledger.run({
    title: 'find a backend',
    work: (say) => chooseStage({ driver, world, say }),
    seen: ({ label }) => label,
    signal,
  })
  signal.throwIfAborted()
  const compute = await ledger.run({
    title: 'bind the drivers',
    work: (say) => bind({ stage, logger: log, cleanUp, say }),
    seen: () => 'two, by two doors',
    signal,
  })
  const scene = { stage, compute, request: orderFor(stage, name), cleanUp, signal, built: { id: '' } }
  for (const { title, run } of stepsOn(stage.kind)) {
    signal.throwIfAborted()
    await ledger.run({ title, work: (say) => run(scene, say), seen: String, signal })
  }
}
