import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createCompute, type Bindings, type Compute, type ComputeEvent } from '@amphora/core'
import { bindDrivers, type Bound } from './config/bind-drivers.ts'
import { brokenConfig, loadConfig, type Config } from './config/load-config.ts'
import type { Invocation } from './invocation.ts'

/** The configured drivers, connected. */
export interface Session {
  readonly compute: Compute
  readonly config: Config
  readonly bound: readonly Bound[]
}

/**
 * Loads the configuration, connects its drivers, does the work and closes them again, whatever came of it.
 *
 * @throws {UsageError} naming all that is wrong with the configuration at once.
 */
export async function withCompute<T>(invocation: Invocation, work: (session: Session) => Promise<T>): Promise<T> {
  const config = await loadConfig(invocation.config, invocation.host, invocation.signal)
  const bound = await bindDrivers(config)
  const problems = bound.flatMap((one) => one.problems)
  if (problems.length > 0) throw brokenConfig(config.shownPath, problems)
  return withBound(invocation, config, bound, work)
}

/** The same with those bindings only that could be bound. */
export async function withBound<T>(
  invocation: Invocation,
  config: Config,
  bound: readonly Bound[],
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { owner, fingerprintKey, timeouts, breaker } = config.data
  const drivers: Bindings = Object.fromEntries(
    bound.flatMap(({ name, binding }) => (binding === undefined ? [] : [[name, binding]])),
  )
  const compute = await createCompute({
    drivers,
    logger: invocation.logger,
    ...(owner === undefined ? {} : { owner }),
    ...(fingerprintKey === undefined ? {} : { fingerprintKey }),
    ...(timeouts === undefined ? {} : { timeouts }),
    ...(breaker === undefined ? {} : { breaker }),
  })
  const hear = (message: unknown): void => {
    if (isEvent(message)) hearEvent(message, invocation)
  }
  subscribe('amphora.event', hear)
  try {
    return await work({ compute, config, bound })
  } finally {
    await compute.close()
    unsubscribe('amphora.event', hear)
  }
}

/** The channel is ours by name, and core's alone to publish on. */
function isEvent(message: unknown): message is ComputeEvent {
  return typeof message === 'object' && message !== null && 'kind' in message
}

function hearEvent(event: ComputeEvent, { output, reaped }: Invocation): void {
  if (event.kind === 'reaped') reaped.push(event.amphoraId)
  if (event.kind === 'state') output.progress.show(`${event.amphoraId} is ${event.to}`)
  if (event.kind === 'progress') {
    const { message, done, total } = event
    const share =
      done === undefined || total === undefined || total === 0 ? '' : ` ${Math.floor((100 * done) / total)} %`
    output.progress.show(`${message}${share}`)
  }
}
