import { AmphoraComputeError, type Call, type OptionsSchema } from '@amphora/core'
import { noop, type NoopOptions, type World } from '../../src/index.ts'
import { isReason, statusOf, type Driver, type Mutant } from './mutant.ts'

/** Defects that no verb has alone: signals, secrets, handles, options, bindings. */
export const behavingMutants: readonly Mutant[] = [
  {
    name: 'forgets the signal',
    caughtBy: ['signal/during'],
    seed: ({ driver }) => forgetful(driver),
  },
  {
    name: 'puts user data into an error',
    caughtBy: ['hygiene/no-secrets'],
    seed: ({ driver }) => ({
      build: (order, call) =>
        driver.build(order, call).catch((error: unknown) => {
          if (!(error instanceof AmphoraComputeError)) throw error
          const text = order.userData === undefined ? 'none' : new TextDecoder().decode(order.userData)
          Object.defineProperty(error, 'message', { value: `${error.message} (user data: ${text})` })
          throw error
        }),
    }),
  },
  {
    name: 'keeps the order as the cause of an error',
    caughtBy: ['hygiene/no-secrets'],
    seed: ({ driver }) => ({
      build: (order, call) =>
        driver.build(order, call).catch((error: unknown) => {
          throw Object.assign(error as Error, { cause: { order } })
        }),
    }),
  },
  {
    name: 'logs the files of an order',
    caughtBy: ['hygiene/no-secrets'],
    seed: ({ driver }) => ({
      build: (order, call) => {
        call.logger.debug({ files: order.files.map(({ bytes }) => Buffer.from(bytes).toString('base64')) }, 'building')
        return driver.build(order, call)
      },
    }),
  },
  {
    name: 'keeps the last order where a debugger sees it',
    caughtBy: ['hygiene/no-secrets'],
    seed: ({ driver }) => {
      const last: unknown[] = []
      const build: Driver['build'] = (order, call) => {
        last[0] = order
        return driver.build(order, call)
      }
      return Object.assign({ last }, { build })
    },
  },
  {
    name: 'never asks again once the backend was away',
    caughtBy: ['outage/recovers'],
    seed: ({ driver }) => {
      let isAway = false
      return {
        status: async (id, call) => {
          if (isAway) throw new AmphoraComputeError('The backend was away', { code: 'unavailable' })
          return statusOf(driver, id, call).catch((error: unknown) => {
            isAway = isReason(error, 'noop/refuse')
            throw error
          })
        },
      }
    },
  },
  {
    name: 'throws what is not an error of ours',
    caughtBy: ['hygiene/only-our-errors'],
    seed: ({ driver }) => ({
      getAmphora: (id, call) =>
        driver.getAmphora(id, call).catch((error: unknown) => {
          throw isReason(error, 'noop/status-500') ? new Error('socket hang up') : error
        }),
    }),
  },
  {
    name: 'leaves a timer behind when it is closed',
    caughtBy: ['hygiene/handles'],
    seed: ({ context }) => {
      TIMERS.push(setInterval(() => context.clock.now(), 60_000))
      return {}
    },
  },
  {
    name: 'asks its backend when it is connected',
    caughtBy: ['plugin/connect-is-quiet'],
    seed: ({ driver, context }) => {
      const call = {
        signal: context.signal,
        deadline: Infinity,
        logger: context.logger,
        longStep: unused,
        progress: unused,
      }
      driver.check(call).catch(() => {})
      return {}
    },
  },
  {
    name: 'stops at the first problem of its options',
    caughtBy: ['plugin/options-are-json'],
    schema: withIssues((issues) => issues.slice(0, 1)),
  },
  {
    name: 'takes options that it does not know',
    caughtBy: ['plugin/options-are-json'],
    schema: { '~standard': { ...noop.definition.options['~standard'], validate: knownOnly } },
  },
  {
    name: 'shares its last owner among all bindings',
    caughtBy: [
      'plugin/bindings-are-isolated',
      'build/foreign-name',
      'delete/only-its-own',
      'find/foreign',
      'list/own-only',
      'id/foreign',
    ],
    seed: ({ world, owner, as }) => {
      LAST_OWNER.set(world, owner)
      const last = (): Driver => as(LAST_OWNER.get(world) ?? owner)
      const verb =
        (name: keyof Driver): unknown =>
        (...args: readonly unknown[]) =>
          Reflect.apply(last()[name] as () => unknown, undefined, args)
      return Object.fromEntries(
        ['build', 'list', 'find', 'getAmphora', 'status', 'delete'].map((name) => [name, verb(name as keyof Driver)]),
      )
    },
  },
]

/** To be cleared when the mutant has been judged. */
export const TIMERS: NodeJS.Timeout[] = []
const LAST_OWNER = new WeakMap<World, string>()

function unused(): never {
  throw new Error('unreachable: a check takes no long step')
}

/** A call that nobody can stop. */
function deaf(call: Call): Call {
  const { signal } = new AbortController()
  return {
    deadline: call.deadline,
    logger: call.logger,
    signal,
    longStep: call.longStep.bind(call),
    progress: call.progress.bind(call),
  }
}

function forgetful(driver: Driver): Partial<Driver> {
  return {
    build: (order, call) => driver.build(order, deaf(call)),
    getAmphora: (id, call) => driver.getAmphora(id, deaf(call)),
    status: (id, call) => statusOf(driver, id, deaf(call)),
    find: (name, call) => driver.find(name, deaf(call)),
    delete: (id, call) => driver.delete(id, deaf(call)),
  }
}

type Issues = readonly { readonly message: string }[]

function withIssues(change: (issues: Issues) => Issues): OptionsSchema<NoopOptions> {
  const { '~standard': standard } = noop.definition.options
  const validate = (value: unknown): unknown => {
    const result = standard.validate(value) as { readonly issues?: Issues }
    return result.issues === undefined ? result : { issues: change(result.issues) }
  }
  return { '~standard': { ...standard, validate } }
}

function knownOnly(value: unknown): unknown {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  const known = isRecord ? Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('no-'))) : value
  return noop.definition.options['~standard'].validate(known)
}
