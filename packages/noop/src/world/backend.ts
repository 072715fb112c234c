import { randomUUID } from 'node:crypto'
import type { Clock } from '@amphora/core'
import { Agenda } from '@amphora/core/testing'
import type { Instance, InstanceSpec } from './instance.ts'
import { unknownsOf } from './known.ts'
import type { CompleteLaws } from './laws.ts'
import { at, building, deleting, wordAt, type Ending, type Motion } from './lifecycle.ts'
import { Networks, DEFAULT_NETWORK, type Port } from './networks.ts'
import { Placement } from './placement.ts'
import { Refusal } from './refusal.ts'

/**
 * The instances of a world, and what holds for them whoever asks. Every method acts at once and as a whole, or throws
 * a `Refusal` and has changed nothing. Whatever time alone would have done by now is done before anything is looked at.
 */
export class Backend {
  readonly laws: CompleteLaws
  readonly networks: Networks = new Networks()
  readonly placement: Placement
  /** While there is anything in here, there is no room. */
  readonly exhaustedBy: Set<object> = new Set()
  readonly #clock: () => Clock
  /** In order of their making. */
  readonly #instances = new Map<string, Instance>()
  readonly #byName = new Map<string, Set<Instance>>()
  /** Removals, and what acts after its caller has gone. */
  readonly #agenda = new Agenda()
  #sequence = 0
  /** The moment of what the agenda is just doing. */
  #moment: number | undefined
  #catchingUp = false

  constructor(laws: CompleteLaws, clock: () => Clock) {
    this.laws = laws
    this.placement = new Placement(laws.hosts, laws.hostCapacity)
    this.#clock = clock
  }

  /** Monotonic milliseconds. */
  get now(): number {
    return this.#moment ?? this.#clock().monotonic()
  }

  /**
   * Makes an instance, or, where names are unique and this one is taken, shows who has it. Marks, files and all else
   * arrive with it, never afterwards.
   */
  create(spec: InstanceSpec, ending?: Ending): { readonly instance: Instance; readonly created: boolean } {
    this.catchUp()
    const [holder] = this.laws.uniqueNames ? this.named(spec.name) : []
    if (holder !== undefined) return { instance: holder, created: false }
    this.#refuseUnfit(spec)
    const ports = this.#portsFor(spec)
    const host = this.#hostFor(spec, ports)
    return { instance: this.#enter(spec, host, ports, building(this.now, this.laws, ending)), created: true }
  }

  /** Puts an instance there without asking anybody, and past every limit. */
  plant(spec: InstanceSpec): Instance {
    this.catchUp()
    return this.#enter(spec, 'nowhere', [this.networks.make(DEFAULT_NETWORK)], at('active'))
  }

  get(id: string): Instance | undefined {
    this.catchUp()
    return this.#instances.get(id)
  }

  /** All that bear this name, oldest first. */
  named(name: string): readonly Instance[] {
    this.catchUp()
    return [...(this.#byName.get(name) ?? [])]
  }

  /** All there are, oldest first. */
  all(): readonly Instance[] {
    this.catchUp()
    return [...this.#instances.values()]
  }

  wordOf(instance: Instance): string {
    return wordAt(instance.motion, this.now)
  }

  delete(instance: Instance): void {
    const motion = deleting(instance.motion, this.now, this.laws)
    if (motion !== undefined) this.move(instance, motion)
  }

  /** From here on the instance moves so; one that ends up `deleted` by itself is gone then. */
  move(instance: Instance, motion: Motion): void {
    instance.motion = motion
    instance.revision += 1
    if (motion.next !== 'deleted' || motion.until === Infinity) return
    this.#agenda.add(motion.until, () => {
      if (instance.motion === motion) this.#remove(instance)
    })
  }

  attach(instance: Instance, port: Port): void {
    instance.ports.push(port)
    instance.revision += 1
  }

  detach(instance: Instance, port: Port): void {
    instance.ports.splice(instance.ports.indexOf(port), 1)
    instance.revision += 1
    this.networks.release(port)
  }

  /** Does it `ms` milliseconds from now, whether or not anybody still waits for it. */
  later(ms: number, act: () => void): void {
    this.#agenda.add(this.now + ms, act)
  }

  /** How many more instances there is room for. */
  get room(): number {
    this.catchUp()
    if (this.exhaustedBy.size > 0 || !this.placement.hasRoom()) return 0
    return Math.max(0, this.laws.capacity - this.#instances.size)
  }

  /** Does what is due, each at its own moment. */
  catchUp(): void {
    if (this.#catchingUp) return
    this.#catchingUp = true
    const now = this.#clock().monotonic()
    try {
      for (let due = this.#agenda.takeDue(now); due !== undefined; due = this.#agenda.takeDue(now)) {
        this.#moment = due.at
        due.act()
      }
    } finally {
      this.#moment = undefined
      this.#catchingUp = false
    }
  }

  #refuseUnfit(spec: InstanceSpec): void {
    for (const unknown of unknownsOf(spec, this.laws)) throw new Refusal(unknown.word)
    const group = spec.placementGroupId
    if (group !== undefined && !this.placement.has(group, spec.owner)) throw new Refusal('unknown-group')
    if (this.exhaustedBy.size > 0 || this.#instances.size >= this.laws.capacity) throw new Refusal('no-capacity')
  }

  #portsFor(spec: InstanceSpec): Port[] {
    const networkIds = spec.networkIds.length + spec.portIds.length === 0 ? [DEFAULT_NETWORK] : spec.networkIds
    const ports: Port[] = []
    try {
      for (const id of networkIds) ports.push(this.networks.make(id))
      for (const id of spec.portIds) ports.push(this.networks.use(id))
    } catch (refusal) {
      this.#release(ports)
      throw refusal
    }
    return ports
  }

  #hostFor(spec: InstanceSpec, ports: readonly Port[]): string {
    try {
      return this.placement.place(spec.placementGroupId)
    } catch (refusal) {
      this.#release(ports)
      throw refusal
    }
  }

  #release(ports: readonly Port[]): void {
    for (const port of ports) this.networks.release(port)
  }

  #enter(spec: InstanceSpec, host: string, ports: Port[], motion: Motion): Instance {
    const clock = this.#clock()
    const createdAt = Math.round(clock.now() - (clock.monotonic() - this.now))
    const id = randomUUID()
    const instance: Instance = { id, sequence: ++this.#sequence, spec, host, createdAt, ports, motion, revision: 0 }
    this.#instances.set(id, instance)
    const namesakes = this.#byName.get(spec.name)
    if (namesakes === undefined) this.#byName.set(spec.name, new Set([instance]))
    else namesakes.add(instance)
    return instance
  }

  #remove(instance: Instance): void {
    this.#release(instance.ports)
    this.placement.leave(instance.host, instance.spec.placementGroupId)
    this.#instances.delete(instance.id)
    const namesakes = this.#byName.get(instance.spec.name)
    namesakes?.delete(instance)
    if (namesakes?.size === 0) this.#byName.delete(instance.spec.name)
  }
}
