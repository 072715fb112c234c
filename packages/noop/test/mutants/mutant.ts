import type { RuleId, Subject } from '@amphora/conformance'
import {
  defineDriver,
  type Call,
  type Clock,
  type DriverContext,
  type DriverFor,
  type OptionsSchema,
  type ReportedStatus,
} from '@amphora/core'
import type { capabilities, Laws, NoopOptions, World } from '../../src/index.ts'
import { noop } from '../../src/index.ts'
import type { Stage } from '../stage.ts'
import { noopSubject } from '../subject.ts'

export type Driver = DriverFor<typeof capabilities>

/** What a defect is seeded in: the honest driver of one binding, and what that is made from. */
export interface Ground {
  readonly driver: Driver
  readonly world: World
  readonly owner: string
  readonly context: DriverContext
  readonly clock: Clock
  /** The honest driver again, for another owner. */
  readonly as: (owner: string) => Driver
}

/** One defect in Noop, and every rule that must notice it; no other rule may. */
export interface Mutant {
  /** Rules that may notice it too, as the timing goes. */
  readonly atTimesBy?: readonly RuleId[]
  /** A fact: what this driver does wrong. */
  readonly name: string
  readonly caughtBy: readonly RuleId[]
  readonly laws?: Laws
  readonly options?: Pick<NoopOptions, 'settleMs'>
  /** The verbs that differ. */
  readonly seed?: (ground: Ground) => Partial<Driver>
  readonly schema?: OptionsSchema<NoopOptions>
}

/** The subject of the honest driver, with the defect seeded in. */
export function mutated({ name, laws, options, seed, schema }: Mutant): Subject<Stage> {
  const honest = noopSubject(laws, options)
  const { definition } = noop
  const plugin = defineDriver({
    ...definition,
    options: schema ?? definition.options,
    connect: (settings: { readonly world: World }, context: DriverContext): Driver => {
      const as = (owner: string): Driver => definition.connect(settings, { ...context, owner })
      const { world } = settings
      const { owner, clock } = context
      const driver = as(owner)
      return { ...driver, ...seed?.({ driver, world, owner, context, clock, as }) }
    },
  })
  return {
    ...honest,
    name,
    plugin,
    driver: ({ world }) => plugin({ pageSize: honest.pageSize, latencyMs: 2, pollMs: 5, ...options, world }),
  }
}

/** Whether the driver was told so, in core's words. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code))
}

export function isReason(error: unknown, reason: string): boolean {
  return typeof error === 'object' && error !== null && 'reason' in error && error.reason === reason
}

/** The honest driver's own word; `status` may be left out of a driver, and Noop does not leave it out. */
export function statusOf(driver: Driver, id: string, call: Call): Promise<ReportedStatus> {
  return driver.status?.(id, call) ?? Promise.reject(new Error('unreachable'))
}
