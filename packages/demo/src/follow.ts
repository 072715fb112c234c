import { channel } from 'node:diagnostics_channel'
import type { AmphoraState, ComputeEvent } from '@amphora/core'
import type { Say } from './output/ledger.ts'

/** Collects the states that a wait sees an amphora go through, and says them, until the returned function is called. */
export function follow(amphoraId: string, say: Say): () => readonly AmphoraState[] {
  const states: AmphoraState[] = []
  const hear = (message: unknown): void => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the channel is core's, which publishes nothing else
    const event = message as ComputeEvent
    if (event.kind !== 'state' || event.amphoraId !== amphoraId) return
    // A wait that goes by a watch hears of one change from both.
    if (states.at(-1) === event.to) return
    if (states.length === 0) states.push(event.from)
    states.push(event.to)
    say.progress(states.join(', '))
  }
  const events = channel('amphora.event')
  events.subscribe(hear)
  return () => {
    events.unsubscribe(hear)
    return states
  }
}
