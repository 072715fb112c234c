import { channel, tracingChannel, type TracingChannel } from 'node:diagnostics_channel'
import type { CallTrace, ComputeEvent } from '../events.ts'

const calls: TracingChannel<string, CallTrace> = tracingChannel<string, CallTrace>('amphora.call')
const events = channel('amphora.event')

/** Whether anybody listens to the trace channel. */
export function isTraced(): boolean {
  return calls.hasSubscribers
}

/** Runs one attempt of a call under the trace channel. */
export function traced<T>(trace: CallTrace, attempt: () => Promise<T>): Promise<T> {
  return calls.tracePromise(attempt, trace)
}

/** Tells whoever listens what happened. */
export function publish(event: ComputeEvent): void {
  if (events.hasSubscribers) events.publish(event)
}
