import type { ServerResponse } from 'node:http'
import type { FakeClock } from './clock.ts'
import type { Exchange } from './exchange.ts'
import type { FakeResponse } from './response.ts'

/** One request that has been read and not been acted on, and what can be done with it. */
export interface Stage {
  readonly exchange: Exchange
  readonly response: ServerResponse
  readonly clock: FakeClock
  /** Aborts when the server closes; what outlives the client waits on this one. */
  readonly closing: AbortSignal
  /** Runs the handler. Never rejects: a handler that throws gives a 500. */
  act(): Promise<FakeResponse>
  /** Says that the handler will not run. */
  pass(): Promise<void>
  reset(): void
}
