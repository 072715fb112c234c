import { channel, tracingChannel } from 'node:diagnostics_channel'
import type { Witness } from './witness.ts'

/** Shows every trace and every event of this process to the witness, until it is disposed of. */
export function witnessChannels(witness: Witness): Disposable {
  const calls = tracingChannel<unknown, object>('amphora.call')
  const events = channel('amphora.event')
  const trace = (message: unknown): void => witness.value('a trace', message)
  const event = (message: unknown): void => witness.value('an event', message)
  const ignore = (): void => {}
  // One message serves all moments of a call; the last one shows all that it has become.
  const traces = { start: ignore, end: ignore, asyncStart: ignore, asyncEnd: trace, error: ignore }
  calls.subscribe(traces)
  events.subscribe(event)
  return {
    [Symbol.dispose]: () => {
      calls.unsubscribe(traces)
      events.unsubscribe(event)
    },
  }
}
