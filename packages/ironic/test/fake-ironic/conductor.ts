import type { Agenda, JsonRecord } from '@amphora/fake-openstack'
import { FakeAllocation, type AllocationRequest } from './allocation.ts'
import { FakeNode, type NewNode } from './node.ts'
import { cannot, lockedNode, noAllocation, refuse } from './refuse.ts'

/** Milliseconds. Nothing happens before somebody asks or looks. */
export interface Durations {
  allocateMs: number
  deployMs: number
  tearDownMs: number
  powerMs: number
}

/** What can be held. */
export type Lane = 'allocate' | 'deploy' | 'tear-down' | 'power'

export interface ConductorOptions {
  readonly agenda: Agenda
  readonly durations: Durations
  /** 0 to 1. */
  readonly random: () => number
  /** Ids of images that exist; `undefined`: nobody looks. */
  readonly images: () => ReadonlySet<string> | undefined
}

/** Where a verb leads from a state, of those that the fake has (openstack/ironic, ironic/common/states.py). */
const VERBS: Readonly<Record<string, ReadonlySet<string>>> = {
  active: new Set(['available', 'deploy failed']),
  rebuild: new Set(['active', 'deploy failed', 'error']),
  deleted: new Set([
    'active',
    'deploy failed',
    'wait call-back',
    'error',
    'rescue',
    'rescue wait',
    'rescue failed',
    'unrescue failed',
  ]),
  manage: new Set(['enroll', 'available', 'clean failed', 'inspect failed', 'adopt failed']),
  provide: new Set(['manageable']),
}

/** States in transit in which a node may be changed all the same. */
const UPDATABLE = new Set([
  'deploy failed',
  'inspecting',
  'inspect failed',
  'inspect wait',
  'clean failed',
  'error',
  'verifying',
  'adopt failed',
  'rescue failed',
  'unrescue failed',
])

/** What lies behind Ironic's API: its data base and its one conductor. */
export class Conductor {
  readonly agenda: Agenda
  readonly durations: Durations
  readonly host = 'ironic'
  readonly #options: ConductorOptions
  readonly #nodes = new Map<string, FakeNode>()
  readonly #allocations = new Map<string, FakeAllocation>()
  readonly ports = new Map<string, { readonly address: string; readonly nodeUuid: string }>()
  /** What is under way on a node, to be dropped where somebody forces a state. */
  readonly #work = new Map<string, Disposable>()
  /** Nodes whose lock is held until disposed of. */
  readonly #held = new Set<string>()

  constructor(options: ConductorOptions) {
    this.#options = options
    this.agenda = options.agenda
    this.durations = options.durations
  }

  nodes(): readonly FakeNode[] {
    this.agenda.tick()
    return [...this.#nodes.values()]
  }

  node(ident: string): FakeNode | undefined {
    return this.#nodes.get(ident) ?? this.nodes().find(({ name }) => name === ident)
  }

  addNode(node: NewNode): FakeNode {
    const made = new FakeNode(node, this.agenda.now())
    this.#nodes.set(made.uuid, made)
    return made
  }

  removeNode(node: FakeNode): void {
    this.#nodes.delete(node.uuid)
    this.#work.get(node.uuid)?.[Symbol.dispose]()
    if (node.allocationUuid !== null) this.#allocations.delete(node.allocationUuid)
  }

  allocations(): readonly FakeAllocation[] {
    this.agenda.tick()
    return [...this.#allocations.values()]
  }

  /** By uuid or name. */
  allocation(ident: string): FakeAllocation | undefined {
    return this.allocations().find(({ uuid, request }) => uuid === ident || request.name === ident)
  }

  allocate(request: AllocationRequest): FakeAllocation {
    const same = [...this.#allocations.values()]
    if (request.name !== null && same.some((one) => one.request.name === request.name)) {
      throw refuse(409, `An allocation with name ${request.name} already exists.`)
    }
    if (this.#allocations.has(request.uuid))
      throw refuse(409, `An allocation with UUID ${request.uuid} already exists.`)
    const made = new FakeAllocation(request, this.agenda.now())
    this.#allocations.set(made.uuid, made)
    this.agenda.in(this.durations.allocateMs, 'allocate', () => {
      if (this.#allocations.has(made.uuid)) this.#process(made)
    })
    return made
  }

  /** For a node that is deployed already; never works on another. */
  backfill(request: AllocationRequest, node: FakeNode): never {
    const made = new FakeAllocation(request, this.agenda.now())
    this.#allocations.set(made.uuid, made)
    const error = `Cannot backfill an allocation for node ${node.uuid}: Node must be in the "active" state, but the current state is "${node.provisionState}".`
    this.#fail(made, error)
    throw refuse(500, made.lastError ?? '')
  }

  /** Frees the node. What was written on it stays. */
  release(allocation: FakeAllocation): void {
    const node = allocation.nodeUuid === null ? undefined : this.#nodes.get(allocation.nodeUuid)
    if (node !== undefined) {
      this.demandUnlocked(node)
      const { uuid } = allocation
      if (!node.maintenance && node.targetProvisionState !== null && !UPDATABLE.has(node.provisionState)) {
        const state = `the node is in state ${node.provisionState} where updates are not allowed`
        throw refuse(
          409,
          `Cannot remove allocation ${uuid} for node ${node.uuid}, because ${state} (and maintenance mode is off)`,
        )
      }
      if (!node.maintenance && node.provisionState === 'active') {
        const because = 'because the node is active (and maintenance mode is off)'
        throw refuse(409, `Cannot remove allocation ${uuid} for node ${node.uuid}, ${because}`)
      }
      node.instanceUuid = null
      node.allocationUuid = null
    }
    if (!this.#allocations.delete(allocation.uuid)) throw noAllocation(allocation.uuid)
  }

  demandUnlocked(node: FakeNode): void {
    if (node.reservation !== null) throw lockedNode(node.uuid, node.reservation)
  }

  /** Whether a change of it is refused because it is on its way from one state to another. */
  isInTransit({ targetProvisionState, provisionState }: FakeNode): boolean {
    return targetProvisionState !== null && !UPDATABLE.has(provisionState)
  }

  provision(node: FakeNode, target: string, configDrive: JsonRecord | string | undefined): void {
    if ((target === 'active' || target === 'rebuild') && node.maintenance) {
      const because = "because it's in maintenance mode"
      throw refuse(400, `The provisioning operation can't be performed on node ${node.uuid} ${because}.`)
    }
    if (VERBS[target]?.has(node.provisionState) !== true) {
      this.demandUnlocked(node)
      throw cannot(target, node.uuid, node.provisionState)
    }
    this.demandUnlocked(node)
    if (target === 'deleted') this.#tearDown(node)
    else if (target === 'manage') this.#manage(node)
    else if (target === 'provide') this.#enter(node, 'available', null)
    else this.#deploy(node, configDrive)
  }

  power(node: FakeNode, ident: string, target: string): void {
    const wanted = POWER[target]
    if (wanted === undefined) throw cannot(target, ident, node.powerState)
    if (['cleaning', 'clean wait'].includes(node.provisionState)) throw cannot(target, ident, node.provisionState)
    this.demandUnlocked(node)
    const isThere = node.powerState === wanted && !target.includes('reboot')
    node.targetPowerState = wanted
    node.lastError = null
    this.#locked(node, 'power', this.durations.powerMs, () => {
      if (node.fails('power') && !isThere) {
        const error = `Failed to set node power state to ${wanted}.`
        node.lastError = `Failed to change power state to '${wanted}' by '${target}': ${error}`
      } else if (node.driverInfo['testbed_lie'] !== true) node.powerState = wanted
      node.targetPowerState = null
    })
  }

  /** What each interface of its driver says of a deployment. */
  validation(node: FakeNode): JsonRecord {
    const names = [
      'boot',
      'deploy',
      'management',
      'network',
      'power',
      'bios',
      'console',
      'inspect',
      'raid',
      'rescue',
      'storage',
    ]
    return Object.fromEntries(
      names.map((name) => {
        const reason = this.#reason(node, name)
        return [name, reason === undefined ? { result: true } : { result: false, reason }]
      }),
    )
  }

  /** Makes it so, and drops what was under way. */
  force(node: FakeNode, changes: Partial<FakeNode>): void {
    this.#work.get(node.uuid)?.[Symbol.dispose]()
    this.#work.delete(node.uuid)
    node.reservation = null
    node.targetProvisionState = null
    node.targetPowerState = null
    Object.assign(node, changes)
  }

  /** Holds its lock, as a conductor that is at work on it does. */
  lock(node: FakeNode): Disposable {
    node.reservation = this.host
    this.#held.add(node.uuid)
    return {
      [Symbol.dispose]: () => {
        this.#held.delete(node.uuid)
        node.reservation = null
      },
    }
  }

  #process(allocation: FakeAllocation): void {
    const { resourceClass, candidates, traits, owner } = allocation.request
    const nodes = [...this.#nodes.values()].filter(
      (node) =>
        node.resourceClass === resourceClass &&
        node.provisionState === 'available' &&
        node.instanceUuid === null &&
        node.powerState !== null &&
        !node.maintenance &&
        (candidates.length === 0 || candidates.includes(node.uuid)) &&
        (owner === null || node.owner === owner),
    )
    if (nodes.length === 0) {
      const none =
        candidates.length === 0 ? 'no available nodes match' : 'none of the requested nodes are available and match'
      return this.#fail(allocation, `${none} the resource class ${resourceClass}.`)
    }
    const suitable = nodes.filter((node) => traits.every((trait) => node.traits.includes(trait)))
    if (suitable.length === 0) {
      return this.#fail(allocation, `no suitable nodes have the requested traits ${traits.join(', ')}.`)
    }
    const free = suitable.filter(({ reservation }) => reservation === null)
    const chosen =
      free.find(({ name }) => name === allocation.request.name) ??
      free[Math.floor(this.#options.random() * free.length)]
    if (chosen === undefined) {
      return this.#fail(allocation, `could not reserve any of ${suitable.length} suitable nodes.`)
    }
    allocation.state = 'active'
    allocation.nodeUuid = chosen.uuid
    allocation.updatedAt = this.agenda.now()
    chosen.instanceUuid = allocation.uuid
    chosen.allocationUuid = allocation.uuid
    chosen.instanceInfo = { ...chosen.instanceInfo, traits }
  }

  #fail(allocation: FakeAllocation, error: string): void {
    allocation.state = 'error'
    allocation.updatedAt = this.agenda.now()
    allocation.lastError = `Failed to process allocation ${allocation.uuid}: ${error}`
  }

  #deploy(node: FakeNode, configDrive: JsonRecord | string | undefined): void {
    const reason = this.#reason(node, 'deploy') ?? this.#reason(node, 'power')
    if (reason !== undefined) {
      throw refuse(400, `Failed to validate deploy or power info for node ${node.uuid}: ${reason}`)
    }
    this.#enter(node, 'deploying', 'active')
    node.lastError = null
    if (Object.hasOwn(node.instanceInfo, 'image_source')) {
      node.instanceInfo = { ...node.instanceInfo, image_type: 'whole-disk' }
    }
    this.#locked(node, 'deploy', this.durations.deployMs, () => {
      if (configDrive !== undefined) {
        node.configDrive = configDrive
        node.instanceInfo = { ...node.instanceInfo, configdrive: configDrive }
      }
      if (node.fails('deploy')) {
        node.lastError = 'Deploy step deploy.deploy failed: testbed: injected deploy failure.'
        this.#enter(node, 'deploy failed', 'active')
        return
      }
      node.powerState = 'power on'
      this.#enter(node, 'active', null)
    })
  }

  /** Cuts the thread whatever becomes of it. */
  #tearDown(node: FakeNode): void {
    if (node.isProtected) {
      throw refuse(403, `Node ${node.uuid} is protected and cannot be undeployed, rebuilt or deleted`)
    }
    this.#enter(node, 'deleting', 'available')
    node.lastError = null
    this.#locked(node, 'tear-down', this.durations.tearDownMs, () => {
      const isFailed = node.fails('tear_down')
      if (isFailed) node.lastError = 'Failed to tear down: testbed: injected tear down failure'
      else node.powerState = 'power off'
      if (node.allocationUuid !== null) this.#allocations.delete(node.allocationUuid)
      node.instanceUuid = null
      node.allocationUuid = null
      node.instanceInfo = {}
      node.configDrive = undefined
      node.vifs.length = 0
      this.#enter(node, isFailed ? 'error' : 'available', null)
    })
  }

  #manage(node: FakeNode): void {
    if (node.provisionState !== 'enroll') return this.#enter(node, 'manageable', null)
    this.#enter(node, 'verifying', 'manageable')
    this.#locked(node, 'power', this.durations.powerMs, () => {
      if (node.fails('power_get')) {
        node.lastError = `Failed to get power state for node ${node.uuid}. Error: Failed to set node power state to unknown (testbed: injected).`
        return this.#enter(node, 'enroll', null)
      }
      node.powerState ??= 'power off'
      this.#enter(node, 'manageable', null)
    })
  }

  #locked(node: FakeNode, lane: Lane, ms: number, work: () => void): void {
    node.reservation = this.host
    const entry = this.agenda.in(ms + node.delayMs, lane, () => {
      this.#work.delete(node.uuid)
      if (!this.#held.has(node.uuid)) node.reservation = null
      work()
      node.updatedAt = this.agenda.now()
    })
    this.#work.set(node.uuid, entry)
  }

  #enter(node: FakeNode, state: string, target: string | null): void {
    node.provisionState = state
    node.targetProvisionState = target
    node.provisionUpdatedAt = this.agenda.now()
    node.updatedAt = this.agenda.now()
  }

  #reason(node: FakeNode, name: string): string | undefined {
    const given = node.invalid.get(name)
    if (given !== undefined || name !== 'deploy' || node.deployInterface !== 'direct') return given
    const source = node.instanceInfo['image_source']
    if (typeof source !== 'string') {
      return "Cannot validate image information for node because one or more parameters are missing from its instance_info: Missing are: ['image_source']"
    }
    const images = this.#options.images()
    const isKnown = source.includes('://') || images === undefined || images.has(source)
    return isKnown ? undefined : `Failed to connect to Glance to get the properties of the image ${source}`
  }
}

const POWER: Readonly<Record<string, string>> = {
  'power on': 'power on',
  'power off': 'power off',
  'soft power off': 'power off',
  rebooting: 'power on',
  'soft rebooting': 'power on',
}
