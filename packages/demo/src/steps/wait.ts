import { InstanceNotFoundError, type AmphoraState } from '@amphora/core'
import { claim, refusal } from '../claim.ts'
import { follow } from '../follow.ts'
import type { Say } from '../output/ledger.ts'
import type { Scene, Step } from '../scene.ts'

const WAIT_MS = 120_000

export const untilActive: Step = {
  title: 'wait until it is active',
  run: (scene, say) => becomes(scene, 'active', say),
}

export const untilSuspended: Step = {
  title: 'wait until it is suspended',
  run: (scene, say) => becomes(scene, 'suspended', say),
}

export const untilActiveAgain: Step = { ...untilActive, title: 'wait until it is active again' }

export const untilDeleted: Step = {
  title: 'wait until it is deleted',
  run: async ({ compute, built, stage, request, signal }, say) => {
    const followed = follow(built.id, say)
    try {
      await compute.waitFor(built.id, 'deleted', { signal, timeoutMs: WAIT_MS })
    } finally {
      followed()
    }
    const gone = await refusal('to look at what was deleted', InstanceNotFoundError, () =>
      compute.getAmphora({ id: built.id }, { signal }),
    )
    claim(await stage.isGone(request.name), `the backend must have nothing named ${request.name} any more, and has`)
    return `gone from the backend too; ${gone.name} from now on`
  },
}

async function becomes(
  { compute, built, signal }: Scene,
  wanted: Exclude<AmphoraState, 'deleted'>,
  say: Say,
): Promise<string> {
  const followed = follow(built.id, say)
  try {
    const { status } = await compute.waitFor(built.id, wanted, { signal, timeoutMs: WAIT_MS })
    claim(status.state === wanted, `it must be ${wanted}, and is ${status.state}`)
    claim(status.up === (wanted === 'active'), `up must be true in active only, and is ${status.up} in ${wanted}`)
    const states = followed()
    return states.length === 0 ? wanted : states.join(', then ')
  } finally {
    followed()
  }
}
