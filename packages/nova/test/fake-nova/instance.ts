import { createHash, randomUUID } from 'node:crypto'
import type { FakeFlavor } from './flavor.ts'
import type { FakeHost } from './hosts.ts'

/** An entry of `personality`. */
export interface PersonalityFile {
  readonly path: string
  readonly contents: Uint8Array
}

/** A network of a create request, in its order. */
export interface WantedNic {
  readonly networkId?: string
  readonly portId?: string
  readonly fixedIp?: string
}

/** What a server was made from. */
export interface Order {
  readonly name: string
  readonly projectId: string
  readonly userId: string
  readonly flavor: FakeFlavor
  readonly imageId: string
  readonly nics: readonly WantedNic[]
  /** Ids of groups in Neutron. `undefined`: the default one. */
  readonly securityGroups: readonly string[] | undefined
  readonly zone: string | undefined
  readonly hostName: string | undefined
  readonly groupId: string | undefined
  readonly hostname: string
  readonly description: string | null
  readonly keyName: string | null
  readonly configDrive: boolean
  /** As it came. */
  readonly userDataText: string | undefined
  readonly personality: readonly PersonalityFile[]
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: readonly string[]
  readonly reservationId: string
}

/** One entry of `os-instance-actions`. */
export interface InstanceAction {
  readonly action: string
  readonly requestId: string
  readonly userId: string
  readonly projectId: string
  readonly startedAt: number
  finishedAt: number | undefined
  failed: boolean
}

export interface Fault {
  readonly code: number
  readonly createdAt: number
  readonly message: string
}

/** A server of the fake Nova. What is not in `order` changes in its life. */
export class FakeInstance {
  readonly id: string = randomUUID()
  readonly number: number
  readonly order: Order
  readonly createdAt: number
  name: string
  description: string | null
  metadata: Readonly<Record<string, string>>
  tags: readonly string[]
  vmState = 'building'
  taskState: string | null = 'scheduling'
  powerState = 0
  host: FakeHost | undefined
  fault: Fault | undefined
  launchedAt: number | undefined
  /** `undefined` while it exists. */
  deletedAt: number | undefined
  updatedAt: number
  lockedBy: 'owner' | 'admin' | undefined
  lockedReason: string | null = null
  /** A status that no state gives; until a verb changes it. */
  forcedStatus: string | undefined
  /** Its cell does not answer: from 2.69 on its record has almost no keys. */
  cellIsDown = false
  /** Ports that Nova made, and those that it was given. */
  readonly madePorts = new Set<string>()
  readonly givenPorts = new Set<string>()
  readonly actions: InstanceAction[] = []
  /** Deleted, and its row put away: no list has it, and it is no marker. */
  isArchived = false
  /** Empty once it was taken off a host again. */
  zone: string | undefined
  /** Of the ports that it was given; Nova goes on showing them when it is deleted. */
  keptAddresses: Readonly<Record<string, unknown>> = {}
  /** What it is still going to do. */
  pending: Disposable | undefined

  constructor(number: number, order: Order, now: number) {
    this.number = number
    this.order = order
    this.createdAt = now
    this.updatedAt = now
    this.name = order.name
    this.description = order.description
    this.metadata = order.metadata
    this.tags = order.tags
    this.zone = order.zone
  }

  get exists(): boolean {
    return this.deletedAt === undefined
  }

  get status(): string {
    return this.forcedStatus ?? statusOf(this.vmState, this.taskState)
  }

  get projectId(): string {
    return this.order.projectId
  }

  /** What cloud-init finds as user data, decoded. */
  get userData(): Uint8Array | undefined {
    const { userDataText } = this.order
    return userDataText === undefined ? undefined : Buffer.from(userDataText, 'base64')
  }

  /** What lies in it by path, of `personality`. */
  get files(): ReadonlyMap<string, Uint8Array> {
    return new Map(this.order.personality.map(({ path, contents }) => [path, contents]))
  }

  /** The host's name as a member sees it. */
  get hostId(): string {
    if (this.host === undefined) return ''
    return createHash('sha224').update(`${this.projectId}${this.host.name}`).digest('hex')
  }

  set(now: number, state: Partial<Pick<FakeInstance, 'vmState' | 'taskState' | 'powerState'>>): void {
    Object.assign(this, state)
    this.forcedStatus = undefined
    this.updatedAt = now
  }
}

/** `_STATE_MAP` of nova/api/openstack/common.py. */
const byTask: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  active: {
    rebooting: 'REBOOT',
    rebooting_hard: 'HARD_REBOOT',
    updating_password: 'PASSWORD',
    rebuilding: 'REBUILD',
    migrating: 'MIGRATING',
    resize_prep: 'RESIZE',
  },
  stopped: { resize_prep: 'RESIZE', rebuilding: 'REBUILD' },
  resized: { resize_reverting: 'REVERT_RESIZE' },
  paused: { migrating: 'MIGRATING' },
  error: { rebuilding: 'REBUILD' },
}

const byState: Readonly<Record<string, string>> = {
  active: 'ACTIVE',
  building: 'BUILD',
  stopped: 'SHUTOFF',
  resized: 'VERIFY_RESIZE',
  paused: 'PAUSED',
  suspended: 'SUSPENDED',
  rescued: 'RESCUE',
  error: 'ERROR',
  deleted: 'DELETED',
  'soft-delete': 'SOFT_DELETED',
  shelved: 'SHELVED',
  shelved_offloaded: 'SHELVED_OFFLOADED',
}

function statusOf(vmState: string, taskState: string | null): string {
  return byTask[vmState]?.[taskState ?? ''] ?? byState[vmState] ?? 'UNKNOWN'
}

/** The states that a status stands for; nothing where it stands for none. */
export function stateOf(status: string): { readonly vmState: string; readonly taskState: string | null } | undefined {
  for (const [vmState, word] of Object.entries(byState)) if (word === status) return { vmState, taskState: null }
  for (const [vmState, tasks] of Object.entries(byTask)) {
    for (const [taskState, word] of Object.entries(tasks)) if (word === status) return { vmState, taskState }
  }
  return undefined
}

/** Every word that a status filter takes. */
export function isStatus(word: string): boolean {
  return stateOf(word.toUpperCase()) !== undefined
}
