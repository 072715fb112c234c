import * as v from 'valibot'
import { REFUSABLE, type RefusableField } from './verbs/refused-fields.ts'
import { World } from './world.ts'
import type { Laws } from './world/laws.ts'

/** What a binding can be told. All of it may be left out, and all of it but `world` is JSON. */
export interface NoopOptions extends Laws {
  /** How long a call takes, there and back, milliseconds. Default 0. */
  readonly latencyMs?: number | undefined
  /**
   * What core is told of how long the world may act on a build after its answer was lost, milliseconds; core looks for
   * so long before it builds again. Default 0, which is right for unique names.
   */
  readonly settleMs?: number | undefined
  /** How many amphorae one page of `list` holds. Default 100. */
  readonly pageSize?: number | undefined
  /** How long `watch` pauses between two looks, milliseconds. Default 20. */
  readonly pollMs?: number | undefined
  /** Fields of a request that this binding refuses although the driver could: a stand-in for what an older backend lacks. */
  readonly refuses?: readonly RefusableField[] | undefined
  /**
   * The world to build in, shared with whoever else has it. Left out, the binding has one of its own. How a world
   * behaves is said where it is made, so beside it stand only `latencyMs`, `settleMs`, `pageSize`, `pollMs` and `refuses`.
   */
  readonly world?: World | undefined
}

/** The options with every default in its place. */
export interface Settings {
  readonly latencyMs: number
  readonly settleMs: number
  readonly pageSize: number
  readonly pollMs: number
  readonly refuses: readonly RefusableField[]
  readonly world: World
}

const milliseconds = v.pipe(v.number(), v.finite(), v.minValue(0))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const atLeastOne = v.pipe(v.number(), v.integer(), v.minValue(1))
const names = v.array(v.pipe(v.string(), v.nonEmpty()))

const binding = {
  latencyMs: v.optional(milliseconds),
  settleMs: v.optional(milliseconds),
  pageSize: v.optional(atLeastOne),
  pollMs: v.optional(v.pipe(milliseconds, v.minValue(1))),
  refuses: v.optional(v.array(v.picklist(REFUSABLE))),
  world: v.optional(v.instance(World, 'is a World, made by new World(); options from JSON leave it out')),
}

const laws = {
  buildMs: v.optional(milliseconds),
  deleteMs: v.optional(milliseconds),
  suspendMs: v.optional(milliseconds),
  resumeMs: v.optional(milliseconds),
  uniqueNames: v.optional(v.boolean()),
  capacity: v.optional(count),
  hosts: v.optional(atLeastOne),
  hostCapacity: v.optional(atLeastOne),
  images: v.optional(names),
  flavors: v.optional(names),
  zones: v.optional(names),
  networks: v.optional(names),
  secGroups: v.optional(names),
}

/** Every option there is, and no other. An object with a rest instead of a strict one, which names one stranger only. */
const known = v.objectWithRest({ ...binding, ...laws }, v.never('is no option of this driver'))

/** Checks options and completes them. All problems are reported at once. */
export const optionsSchema: v.GenericSchema<NoopOptions, Settings> = v.pipe(
  known,
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const { world, latencyMs = 0, settleMs = 0, pageSize = 100, pollMs = 20, refuses = [], ...rest } = dataset.value
    const strays = world === undefined ? [] : Object.keys(rest)
    for (const key of strays) addIssue({ message: `${key} belongs to the world that is given; say it in new World()` })
    if (strays.length > 0) return NEVER
    return { latencyMs, settleMs, pageSize, pollMs, refuses, world: world ?? new World(rest) }
  }),
)
