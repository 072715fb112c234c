import {
  AmphoraComputeError,
  createCompute,
  type Amphora,
  type AmphoraFleet,
  type AmphoraState,
  type BreakerOptions,
  type BuildRequest,
  type Capabilities,
  type Compute,
  type DriverBinding,
  type DriverPlugin,
  type ReportedAmphora,
} from '@amphora/core'
import type { Control, Undo } from '../backend-control.ts'
import { DriverLog } from '../observe/driver-log.ts'
import { observedCompute } from '../observe/observed-compute.ts'
import { observed } from '../observe/observed-driver.ts'
import { witnessLogger } from '../observe/witness-logger.ts'
import type { RuleId } from '../rule.ts'
import type { Subject, Told } from '../subject.ts'
import { Ledger } from './ledger.ts'
import type { Run } from './run.ts'
import { openStage, type BoundControl, type OpenStage } from './stage.ts'
import { Undos } from './undos.ts'

/** What the driver is bound as, and so the first part of every id. */
const BINDING = 'kit'

/** A `Compute` over the driver that is judged. */
export type Judged = Compute<{ readonly [BINDING]: DriverBinding }>

/** Something that was built, by both of its names. */
export interface Built {
  readonly id: string
  readonly name: string
}

/** Everything that one rule has: a backend, a `Compute` on it, and what the run as a whole has seen. */
export class Scene {
  readonly rule: RuleId
  readonly told: Told
  readonly run: Run
  readonly calls: DriverLog = new DriverLog()
  readonly #stage: OpenStage
  readonly #ledger: Ledger
  readonly #undos = new Undos()
  readonly #computes: AmphoraFleet[] = []
  readonly #binding: DriverBinding
  readonly #owner: string
  #compute: Judged | undefined

  private constructor(rule: RuleId, told: Told, run: Run, stage: OpenStage, binding: DriverBinding, ledger: Ledger) {
    this.rule = rule
    this.told = told
    this.run = run
    this.#stage = stage
    this.#binding = binding
    this.#ledger = ledger
    this.#owner = run.names.next()
  }

  static async open<Stage>(rule: RuleId, subject: Subject<Stage>, run: Run): Promise<Scene> {
    const stage = await openStage(subject)
    try {
      const ledger = await Ledger.open(stage, run.names, subject.backend !== undefined)
      const scene = new Scene(rule, subject, run, stage, await stage.bind(), ledger)
      scene.#compute = await scene.connect({ owner: scene.#owner })
      return scene
    } catch (error) {
      await stage.close()
      throw error
    }
  }

  get plugin(): DriverPlugin {
    return this.told.plugin
  }

  get capabilities(): Capabilities {
    return this.told.plugin.definition.capabilities
  }

  get backend(): BoundControl {
    return this.#stage.control
  }

  /** Milliseconds in which the backend may still act on a build whose answer was lost. */
  get settleMs(): number {
    return this.#binding.settleMs
  }

  /** Milliseconds; see `Limits`. */
  get limits(): { readonly callMs: number; readonly stateMs: number; readonly patienceMs: number } {
    const { callMs = 30_000, stateMs = 120_000, patienceMs = 500 } = this.told.limits ?? {}
    return { callMs, stateMs, patienceMs }
  }

  /** The rule's own controller. Its circuits never open. */
  get compute(): Judged {
    if (this.#compute === undefined) throw new Error('unreachable: a scene is connected before it is given to a rule')
    return this.#compute
  }

  /** Whether the subject gives this control: for what a rule does more where it can. */
  can(control: Control): boolean {
    return this.#stage.can(control)
  }

  /** A new binding to the same backend. */
  bind(): Promise<DriverBinding> {
    return this.#stage.bind()
  }

  /** Another controller of the same backend: of the same owner, unless told otherwise, and on the same binding. */
  async connect(options: ConnectOptions = {}): Promise<Judged> {
    const { owner = this.#owner, breaker = false, binding = this.#binding } = options
    const { witness } = this.run
    const { clock } = this.told
    const { callMs } = this.limits
    const drivers = { [BINDING]: observed(binding, this.calls, witness, this.rule) }
    const compute = await createCompute({
      drivers,
      owner,
      breaker,
      logger: witnessLogger(witness, this.rule),
      timeouts: { build: callMs, delete: callMs, status: callMs, getAmphora: callMs, suspend: callMs, resume: callMs },
      ...(clock === undefined ? {} : { clock }),
    })
    this.#computes.push(compute)
    this.#ledger.controller(owner, binding, clock)
    return observedCompute(compute, witness, this.rule, (method, answer) => {
      this.#ledger.answered(owner, method, answer)
    })
  }

  /** An owner that nobody else is. */
  anotherOwner(): string {
    return this.run.names.next()
  }

  /** A name that nothing bears. */
  name(): string {
    return this.run.names.next()
  }

  request(name: string): JudgedRequest {
    return this.#planted(this.told.request(name), name)
  }

  /** Another order under the name. */
  otherRequest(name: string): JudgedRequest {
    return this.#planted(this.told.otherRequest(name), name)
  }

  /** The subject's own request, without anything that the kit adds to it. */
  plainRequest(name: string): JudgedRequest {
    return { ...this.told.request(name), name, driver: BINDING }
  }

  async build(name: string = this.name(), compute: Judged = this.compute): Promise<Built> {
    return { id: await compute.build(this.request(name)), name }
  }

  async active(name: string = this.name(), compute: Judged = this.compute): Promise<Amphora> {
    const { id } = await this.build(name, compute)
    return this.reach(id, 'active', compute)
  }

  reach(id: string, state: Exclude<AmphoraState, 'deleted'>, compute: Judged = this.compute): Promise<Amphora> {
    return compute.waitFor(id, state, { timeoutMs: this.limits.stateMs })
  }

  /** Deletes it and waits until it is gone. */
  async remove(id: string, compute: Judged = this.compute): Promise<void> {
    await compute.delete(id)
    await compute.waitFor(id, 'deleted', { timeoutMs: this.limits.stateMs })
  }

  async list(compute: Judged = this.compute): Promise<readonly Amphora[]> {
    const all: Amphora[] = []
    for await (const amphora of compute.list()) all.push(amphora)
    return all
  }

  /** The ids of all that bear this name, however many: what the driver finds, which is more than callers are shown. */
  async named(name: string, compute: Judged = this.compute): Promise<readonly string[]> {
    await compute.getAmphora({ name, driver: BINDING }).catch((error: unknown) => {
      if (!(error instanceof AmphoraComputeError && ['not-found', 'failed-precondition'].includes(error.code)))
        throw error
    })
    const find = this.calls.of('find').findLast(({ about }) => about === name)
    const answer = find?.answers[0]
    const found: readonly ReportedAmphora[] = Array.isArray(answer) ? answer : []
    return found.filter(({ status }) => !status.state.startsWith('delet')).map(({ id }) => this.routable(id))
  }

  /** The backend's own part of an id. */
  own(id: string): string {
    return id.slice(BINDING.length + 1)
  }

  /** The id by which callers would name something of the backend's. */
  routable(own: string): string {
    return `${BINDING}/${own}`
  }

  /** A foreign instance of this name, on what exists whether or not the driver behaves. */
  async plantForeign(name: string): Promise<{ readonly id: string; readonly exists: () => Promise<boolean> }> {
    const before = new Set(await this.backend.inventory())
    const foreign = await this.backend.plantForeign(name)
    const items = (await this.backend.inventory()).filter((item) => !before.has(item))
    this.#ledger.excuse(items)
    const remove = foreign[Symbol.asyncDispose]
    if (remove !== undefined) this.#undos.add({ [Symbol.asyncDispose]: () => remove.call(foreign) })
    const exists = async (): Promise<boolean> => {
      const now = new Set(await this.backend.inventory())
      return items.length > 0 && items.every((item) => now.has(item))
    }
    return { id: this.routable(foreign.id), exists }
  }

  /** Does something while the backend is as it was made to be. */
  during<T>(made: Promise<Undo>, act: () => Promise<T>): Promise<T> {
    return this.#undos.during(made, act)
  }

  /** What exists now that did not exist when the rule began. */
  async made(): Promise<readonly string[]> {
    return this.#ledger.made()
  }

  /** Lets the backend finish what it was still going to do. */
  async settle(): Promise<void> {
    if (this.can('settle')) await this.backend.settle()
  }

  /** Shows the witness everything that a debugger of the caller's could reach. */
  inspectAll(): void {
    const { witness } = this.run
    witness.value('the plugin', this.plugin)
    witness.value('the binding', this.#binding)
    for (const compute of this.#computes) witness.value('the Compute', compute)
    for (const driver of this.calls.drivers) witness.value('the driver', driver)
  }

  /** Undoes everything, deletes everything, and takes the backend down. What could not be removed is the answer. */
  async close(): Promise<readonly string[]> {
    try {
      await this.#undos.all()
      await Promise.all(this.#computes.map((compute) => compute.close()))
      await this.settle()
      for (const driver of this.calls.drivers) this.run.witness.value(`the driver (${this.rule})`, driver)
      return await this.#ledger.clear(this.limits)
    } finally {
      await this.#stage.close()
    }
  }

  #planted(request: BuildRequest, name: string): JudgedRequest {
    return { ...this.run.planted.into(request, this.capabilities), name, driver: BINDING }
  }
}

/** A request to the binding that is judged. */
export type JudgedRequest = BuildRequest & { readonly name: string; readonly driver: typeof BINDING }

export interface ConnectOptions {
  readonly owner?: string
  readonly breaker?: BreakerOptions | false
  readonly binding?: DriverBinding
}
