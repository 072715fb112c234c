import { systemClock, type Clock } from '../clock.ts'
import type { Bindings, BreakerOptions, Compute, ComputeOptions, OperationClass } from '../compute.ts'
import type { DriverBinding } from '../define-driver.ts'
import { AmphoraComputeError, DriverLoadError, InvalidRequestError } from '../errors.ts'
import { withoutSecrets } from '../foreign-error.ts'
import { Guard } from '../guard/guard.ts'
import type * as Policies from '../guard/policies.ts'
import type { Circuit } from '../guard/policies.ts'
import { Stop } from '../guard/stop.ts'
import { publish } from '../guard/trace.ts'
import { silentLogger, type Logger } from '../logger.ts'
import { shown, unknownProblem } from './argument-rules.ts'
import { BoundDriver, type AnyDriver } from './bound-driver.ts'
import { Builder } from './builder.ts'
import { Fleet, type Station } from './fleet.ts'
import { bindingNameProblem } from './id.ts'
import { Lookout } from './lookout.ts'
import { Reaper } from './reaper.ts'
import { Router } from './router.ts'
import { checkTimeout } from './timeouts.ts'

const REAP_MS = 5_000
const CLOSE_MS = 5_000

/**
 * Connects the drivers and puts one face before them. Sends nothing yet.
 *
 * @throws {InvalidRequestError} naming every option that breaks a rule.
 * @throws {DriverLoadError} where a driver cannot be connected; those connected before it are closed again.
 */
export async function createCompute<const B extends Bindings>(options: ComputeOptions<B>): Promise<Compute<B>> {
  checkOptions(options)
  const { clock = systemClock, logger = silentLogger, owner = 'amphora', fingerprintKey, timeouts = {} } = options
  const policies = await import('../guard/policies.ts')
  const random = Math.random
  const closing = new Stop()
  const reaper = new Reaper()
  const stations = new Map<BoundDriver, Station>()

  for (const [name, binding] of Object.entries<DriverBinding>(options.drivers)) {
    const own = logger.child({ driver: name })
    try {
      const driver: AnyDriver = binding.connect({ owner, logger: own, signal: closing.signal, clock })
      const { definition } = binding.plugin
      checkDriver(driver, binding)
      const circuit = (kind: OperationClass): Circuit =>
        newCircuit(policies, options.breaker, { name, kind, clock, random, logger: own })
      const circuits = {
        read: circuit('read'),
        create: circuit('create'),
        delete: circuit('delete'),
        change: circuit('change'),
      }
      const probe: ConstructorParameters<typeof Guard>[0]['probe'] = (call) => driver.check(call)
      const guard = new Guard({ driver: name, clock, random, bulkhead: policies.newBulkhead(), circuits, probe })
      const { settleMs } = binding
      const bound = new BoundDriver({
        name,
        definition,
        settleMs,
        driver,
        guard,
        clock,
        logger: own,
        timeouts,
        closing,
      })
      const builder = new Builder(bound, reaper, fingerprintKey, random)
      stations.set(bound, { builder, lookout: new Lookout(bound, random) })
    } catch (error) {
      await closeAll([...stations.keys()], clock)
      throw connectError(error, name)
    }
  }

  const bounds = [...stations.keys()]
  const router = new Router(new Map(bounds.map((bound) => [bound.name, bound])))
  const fleet: Compute = new Fleet(router, stations, async () => {
    closing.stop(new AmphoraComputeError('This Compute is closed', { code: 'cancelled', reason: 'core/closed' }))
    await Promise.all([...stations.values()].map((station) => station.builder.ended()))
    await reaper.drain(REAP_MS, clock)
    await closeAll(bounds, clock)
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what B says of requests is known to the compiler only; at run time every request is checked.
  return fleet as unknown as Compute<B>
}

function checkOptions(options: ComputeOptions<Bindings>): void {
  const { drivers, owner, fingerprintKey, timeouts = {}, breaker, logger } = options
  const problems: string[] = []
  const known = [
    ['createCompute', options, OPTIONS],
    ['timeouts', timeouts, TIMED],
    ['breaker', breaker, BREAKER],
  ] as const
  for (const [what, value, names] of known) {
    const problem = unknownProblem(what, value, names)
    if (problem !== undefined) problems.push(problem)
  }
  const speechless = logger === undefined ? [] : LOGGER.filter((method) => !isMethod(logger, method))
  if (speechless.length > 0) {
    problems.push(`logger must have ${LOGGER.join(', ')}, as pino's has; found one without ${speechless.join(', ')}`)
  }
  const bindings = Object.entries<unknown>(drivers ?? {})
  if (bindings.length === 0) problems.push('drivers must bind at least one driver under a name')
  for (const [name, binding] of bindings) {
    const problem = bindingNameProblem(name)
    if (problem !== undefined) problems.push(problem)
    if (!isBinding(binding)) {
      const found = typeof binding === 'function' ? 'a function, which is to be called' : shown(binding)
      problems.push(
        `the binding "${name}" must be a plugin called with its options, such as docker({…}); found ${found}`,
      )
    }
  }
  if (owner !== undefined && !/^[a-z0-9]{1,20}$/.test(owner))
    problems.push(`owner must be 1 to 20 lower case letters and digits; found ${shown(owner)}`)
  if (fingerprintKey === '') problems.push('fingerprintKey is not empty')
  for (const [name, value] of Object.entries(breaker === false ? {} : { ...breaker })) {
    if (!(typeof value === 'number' && value > 0)) problems.push(`breaker.${name} is a number above 0`)
  }
  if (problems.length > 0) throw new InvalidRequestError(problems)
  for (const [verb, ms] of Object.entries(timeouts)) checkTimeout(`timeouts.${verb}`, ms)
}

const OPTIONS = ['drivers', 'logger', 'clock', 'owner', 'fingerprintKey', 'timeouts', 'breaker'] as const
const TIMED = ['build', 'delete', 'status', 'getAmphora', 'suspend', 'resume'] as const
const BREAKER = ['failures', 'openForMs', 'probes'] as const
const LOGGER = ['debug', 'info', 'warn', 'error', 'child'] as const

function isMethod(of: unknown, name: string): boolean {
  return typeof of === 'object' && of !== null && typeof Reflect.get(of, name) === 'function'
}

function isBinding(value: unknown): value is DriverBinding {
  return typeof value === 'object' && value !== null && 'connect' in value && typeof value.connect === 'function'
}

/** Declared means implemented: what a driver forgot is found when it is connected, not at the first call. */
function checkDriver(driver: AnyDriver, { plugin }: DriverBinding): void {
  const { name, capabilities } = plugin.definition
  const needed: (keyof AnyDriver)[] = ['build', 'delete', 'getAmphora', 'find', 'list', 'check']
  if (capabilities.suspend !== undefined) needed.push('suspend', 'resume')
  if (capabilities.watch === true) needed.push('watch')
  if (capabilities.attach === true) needed.push('attachNetworkOrPort', 'detachPort')
  if (capabilities.placementGroups === true) needed.push('createPlacementGroup', 'deletePlacementGroup')
  const missing = needed.filter((verb) => typeof driver[verb] !== 'function')
  if (missing.length === 0) return
  throw new DriverLoadError(`Driver "${name}" declares or owes ${missing.join(', ')} and does not implement it`)
}

interface CircuitContext {
  readonly name: string
  readonly kind: OperationClass
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
}

function newCircuit(
  policies: typeof Policies,
  breaker: BreakerOptions | false | undefined,
  { name, kind, clock, random, logger }: CircuitContext,
): Circuit {
  if (breaker === false) return policies.noCircuit(clock.now())
  return policies.newCircuit({
    ...breaker,
    random,
    now: () => clock.now(),
    onChange: (state) => {
      const fields = { class: kind, state }
      if (state === 'open') logger.warn(fields, 'the circuit opened: the backend is left alone for a while')
      else logger.info(fields, 'the circuit changed')
      publish({ kind: 'circuit', driver: name, class: kind, state })
    },
  })
}

function connectError(thrown: unknown, name: string): AmphoraComputeError {
  if (thrown instanceof AmphoraComputeError) return thrown
  return new DriverLoadError(`The binding "${name}" cannot be connected; the cause names where it failed`, {
    cause: withoutSecrets(thrown),
  })
}

async function closeAll(bounds: readonly BoundDriver[], clock: Clock): Promise<void> {
  const done = new AbortController()
  const closings = bounds.map(async (bound) => {
    try {
      await bound.driver.close?.()
    } catch {
      bound.logger.warn({}, 'the driver failed to close')
    }
  })
  await Promise.race([Promise.all(closings), clock.sleep(CLOSE_MS, done.signal).catch(() => {})])
  done.abort()
}
