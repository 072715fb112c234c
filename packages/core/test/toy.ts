import type {
  AmphoraComputeDriver,
  Attaches,
  BuildOrder,
  Call,
  Capabilities,
  ComputeOptions,
  DriverBinding,
  DriverContext,
  DriverDefinition,
  DriverVerb,
  Groups,
  OptionsSchema,
  ReportedAmphora,
  ReportedStatus,
  Suspends,
  Watches,
} from '../src/index.ts'
import {
  AmphoraBuildError,
  AmphoraComputeError,
  createCompute,
  defineDriver,
  InstanceNotFoundError,
  NotSuspendedError,
} from '../src/index.ts'
import type { Compute } from '../src/index.ts'

type Act = () => Promise<unknown>
/** What a verb does instead of acting: it may act, before or after, or not at all. */
export type Behaviour = (act: Act, call: Call) => Promise<unknown>

const anything: OptionsSchema<object> = {
  '~standard': { version: 1, vendor: 'toy', validate: (value: unknown) => ({ value }) },
}

type ToyDriver = AmphoraComputeDriver & Suspends & Watches & Attaches & Groups

export const everything = {
  types: ['VM'],
  flavor: 'either',
  image: true,
  keys: true,
  secGroups: true,
  networks: { max: 4 },
  ports: true,
  files: { maxCount: 5, maxBytes: 10_240 },
  userData: { maxBytes: 1_000 },
  suspend: 'memory',
  placementGroups: true,
  availabilityZones: true,
  attach: true,
  watch: true,
} as const satisfies Capabilities

/** A backend of a few lines whose every answer a test can script. */
export class Toy {
  readonly instances = new Map<string, ReportedAmphora>()
  readonly orders: BuildOrder[] = []
  readonly calls: string[] = []
  readonly logged: Call[] = []
  readonly #scripts = new Map<DriverVerb, Behaviour[]>()
  readonly #always = new Map<DriverVerb, Behaviour>()
  /** What `watch` yields; `undefined` ends it, an error breaks it. */
  changes: (ReportedAmphora | Error | undefined)[] = []
  wake: () => void = () => {}
  closed = 0
  context: DriverContext | undefined
  initial: ReportedStatus = { state: 'active', raw: 'ACTIVE' }
  uniqueNames = true
  #made = 0

  /** The next call of the verb behaves so. */
  next(verb: DriverVerb, ...behaviours: Behaviour[]): void {
    this.#scripts.set(verb, [...(this.#scripts.get(verb) ?? []), ...behaviours])
  }

  /** Every further call of the verb behaves so; `undefined` ends that. */
  always(verb: DriverVerb, behaviour: Behaviour | undefined): void {
    if (behaviour === undefined) this.#always.delete(verb)
    else this.#always.set(verb, behaviour)
  }

  count(verb: string): number {
    return this.calls.filter((call) => call === verb).length
  }

  put(id: string, status: Partial<ReportedStatus> = {}, name: string = `n-${id}`): ReportedAmphora {
    const amphora: ReportedAmphora = {
      id,
      name,
      type: 'VM',
      status: { ...this.initial, ...status },
      addresses: [{ ip: '192.0.2.1', family: 4 }],
    }
    this.instances.set(id, amphora)
    return amphora
  }

  /** Sends a change down every watch. */
  change(what: ReportedAmphora | Error | undefined): void {
    this.changes.push(what)
    this.wake()
  }

  #run(verb: DriverVerb, call: Call, act: Act): Promise<never> {
    this.calls.push(verb)
    this.logged.push(call)
    const behaviour = this.#scripts.get(verb)?.shift() ?? this.#always.get(verb)
    return (behaviour === undefined ? act() : behaviour(act, call)) as Promise<never>
  }

  #get(id: string): ReportedAmphora {
    const found = this.instances.get(id)
    if (found === undefined) throw new InstanceNotFoundError('no such instance')
    return found
  }

  #create(order: BuildOrder): string {
    this.orders.push(order)
    const same = [...this.instances.values()].find((instance) => instance.name === order.name)
    if (same !== undefined && (this.uniqueNames || !order.nameIsFresh)) return same.id
    this.#made += 1
    return this.put(`i${this.#made}`, {}, order.name).id
  }

  driver(): ToyDriver {
    const self = this
    return {
      build: (order, call) => this.#run('build', call, async () => this.#create(order)),
      delete: (id, call) => this.#run('delete', call, async () => void this.instances.delete(id)),
      getAmphora: (id, call) => this.#run('getAmphora', call, async () => this.#get(id)),
      find: (name, call) =>
        this.#run('find', call, async () => [...this.instances.values()].filter((instance) => instance.name === name)),
      list: async function* (call) {
        for (const instance of self.instances.values()) {
          await self.#run('list', call, async () => undefined)
          yield instance
        }
      },
      check: (call) => this.#run('check', call, async () => ({ version: '1.2', warnings: [] })),
      validate: (_order, call) => this.#run('validate', call, async () => []),
      suspend: (id, call) => this.#run('suspend', call, async () => void this.put(id, { state: 'suspended' })),
      resume: (id, call) =>
        this.#run('resume', call, async () => {
          if (this.#get(id).status.state !== 'suspended') throw new NotSuspendedError('it is not suspended')
          this.put(id)
        }),
      attachNetworkOrPort: (_id, _target, call) =>
        this.#run('attachNetworkOrPort', call, async () => ({ ip: '192.0.2.9', family: 4 })),
      detachPort: (_id, _port, call) => this.#run('detachPort', call, async () => undefined),
      createPlacementGroup: (_name, _policy, call) => this.#run('createPlacementGroup', call, async () => 'g1'),
      deletePlacementGroup: (_id, call) => this.#run('deletePlacementGroup', call, async () => undefined),
      watch: async function* (call) {
        self.calls.push('watch')
        for (const instance of self.instances.values()) yield instance
        for (let at = self.changes.length; ; at += 1) {
          while (self.changes.length <= at) {
            await new Promise<void>((resolve, reject) => {
              self.wake = resolve
              call.signal.addEventListener('abort', () => reject(call.signal.reason), { once: true })
            })
          }
          const change = self.changes[at]
          if (change === undefined) return
          if (change instanceof Error) throw change
          yield change
        }
      },
      close: async () => {
        this.closed += 1
      },
    }
  }
}

type Changes = Partial<Omit<DriverDefinition<object, Capabilities>, 'connect'>> & {
  readonly without?: readonly (keyof ToyDriver)[]
  readonly driver?: Partial<ToyDriver>
}

/** A toy bound as a driver; some verbs may be left out or replaced. */
export function bind(toy: Toy, { without = [], driver = {}, ...definition }: Changes = {}): DriverBinding {
  const made = { ...toy.driver(), ...driver }
  for (const verb of without) delete made[verb]
  return defineDriver<object, Capabilities>({
    apiVersion: 1,
    name: 'toy',
    options: anything,
    capabilities: everything,
    ...definition,
    connect: ((_options: object, context: DriverContext) => {
      toy.context = context
      return made
    }) as never,
  })({})
}

export type ToyCompute = Compute<{ readonly east: DriverBinding }>

/** One toy behind a `Compute`, under the binding `east`. */
export async function computeOver(
  toy: Toy,
  options: Partial<ComputeOptions<{ east: DriverBinding }>> & { readonly definition?: Changes } = {},
): Promise<ToyCompute> {
  const { definition, ...rest } = options
  return createCompute({ drivers: { east: bind(toy, definition) }, ...rest })
}

export const fails =
  (
    code: AmphoraComputeError['code'],
    options: { retryAfterMs?: number; reason?: string; message?: string } = {},
  ): Behaviour =>
  async () => {
    throw new AmphoraComputeError(options.message ?? `the toy says ${code}`, { code, ...options })
  }

/** Nothing was done, and that is certain. */
export const refused: Behaviour = async () => {
  throw new AmphoraBuildError('refused', { code: 'unavailable', outcome: 'not-created' })
}

/** It was done, and the answer was lost. */
export const loses: Behaviour = async (act) => {
  await act()
  throw new AmphoraComputeError('the answer was lost', { code: 'unavailable' })
}

/** Obeys the signal, and otherwise never answers. */
export const hangs: Behaviour = (_act, call) =>
  new Promise((_resolve, reject) => {
    call.signal.addEventListener('abort', () => reject(call.signal.reason), { once: true })
  })

/** Never answers, whatever the signal says. */
export const deaf: Behaviour = () => new Promise(() => {})

export async function rejection(promise: Promise<unknown>): Promise<AmphoraComputeError & Record<string, unknown>> {
  const thrown: unknown = await promise.then(
    () => {
      throw new Error('it did not reject')
    },
    (error: unknown) => error,
  )
  if (thrown instanceof AmphoraComputeError) return thrown as AmphoraComputeError & Record<string, unknown>
  throw thrown
}

export async function collected<T>(source: AsyncIterable<T>, most = Number.POSITIVE_INFINITY): Promise<T[]> {
  const all: T[] = []
  for await (const value of source) {
    all.push(value)
    if (all.length >= most) break
  }
  return all
}

/** Lets everything go on that needs no time. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve))
}
