import type { CallOptions, DriverHealth } from '../compute.ts'
import { AmphoraComputeError } from '../errors.ts'
import type { BoundDriver } from './bound-driver.ts'

/** What the circuits of a binding know. */
export function healthOf(bound: BoundDriver): DriverHealth {
  const circuits = Object.values(bound.guard.circuits)
  const latest = circuits.reduce((a, b) => (b.since() > a.since() ? b : a))
  const lastFailure = latest.lastFailure() ?? circuits.map((circuit) => circuit.lastFailure()).find(Boolean)
  return {
    driver: bound.name,
    circuits: bound.guard.states(),
    since: new Date(latest.since()).toISOString(),
    ...(lastFailure === undefined ? {} : { lastFailure }),
  }
}

/** The same, after asking the backend. */
export async function checkHealth(bound: BoundDriver, options: CallOptions): Promise<DriverHealth> {
  try {
    const report = await bound.call('check', { of: `"${bound.name}"` }, options, (call) => bound.driver.check(call))
    const { version, warnings } = report
    return { ...healthOf(bound), ...(version === undefined ? {} : { version }), warnings: [...warnings] }
  } catch (thrown) {
    const { code, reason, message } = AmphoraComputeError.from(thrown)
    if (code === 'cancelled' || code === 'invalid-argument') throw thrown
    return { ...healthOf(bound), failure: { code, message, ...(reason === undefined ? {} : { reason }) } }
  }
}
