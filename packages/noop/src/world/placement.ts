import { randomUUID } from 'node:crypto'
import type { PlacementPolicy } from '@amphora/core'
import { Refusal } from './refusal.ts'

export interface Group {
  readonly id: string
  readonly name: string
  readonly owner: string
  readonly policy: PlacementPolicy
}

/** The hosts that instances stand on, and the groups that say how they spread. */
export class Placement {
  readonly #hosts: readonly Host[]
  readonly #hostCapacity: number
  readonly #groups = new Map<string, Group>()

  constructor(hosts: number, hostCapacity: number) {
    this.#hosts = Array.from({ length: hosts }, (_, index) => ({
      name: `host-${index + 1}`,
      load: 0,
      members: new Map(),
    }))
    this.#hostCapacity = hostCapacity
  }

  /** The same name and policy again is the same group. */
  create(name: string, policy: PlacementPolicy, owner: string): Group {
    const taken = this.groups().find((group) => group.owner === owner && group.name === name)
    if (taken?.policy === policy) return taken
    if (taken !== undefined) throw new Refusal('group-exists')
    const group = { id: randomUUID(), name, owner, policy }
    this.#groups.set(group.id, group)
    return group
  }

  /** Its members stay where they are. */
  delete(id: string, owner: string): void {
    if ((this.#groups.get(id)?.owner ?? owner) !== owner) throw new Refusal('foreign')
    this.#groups.delete(id)
  }

  groups(): readonly Group[] {
    return [...this.#groups.values()]
  }

  /** Whether a build may name this group. */
  has(id: string, owner: string | undefined): boolean {
    return this.#groups.get(id)?.owner === owner
  }

  /** The host for one more instance, which stands there from now on. */
  place(groupId: string | undefined): string {
    const group = groupId === undefined ? undefined : this.#groups.get(groupId)
    const host = this.#choose(group)
    if (host === undefined) throw new Refusal('no-host')
    host.load += 1
    if (groupId !== undefined) host.members.set(groupId, (host.members.get(groupId) ?? 0) + 1)
    return host.name
  }

  leave(name: string, groupId: string | undefined): void {
    const host = this.#hosts.find((candidate) => candidate.name === name)
    if (host === undefined) return
    host.load -= 1
    if (groupId !== undefined) host.members.set(groupId, (host.members.get(groupId) ?? 1) - 1)
  }

  /** Whether there is room for one more that belongs to no group. */
  hasRoom(): boolean {
    return this.#choose(undefined) !== undefined
  }

  #choose(group: Group | undefined): Host | undefined {
    const free = this.#hosts.filter((host) => host.load < this.#hostCapacity)
    if (group === undefined) return idlest(free)
    const members = (host: Host): number => host.members.get(group.id) ?? 0
    if (group.policy === 'anti-affinity') return idlest(free.filter((host) => members(host) === 0))
    if (group.policy === 'soft-anti-affinity') return leastBy(free, (host) => members(host) * CROWD + host.load)
    if (group.policy === 'soft-affinity') return leastBy(free, (host) => host.load - members(host) * CROWD)
    group.policy satisfies 'affinity'
    const home = this.#hosts.find((host) => members(host) > 0)
    return home === undefined ? idlest(free) : free.find((host) => host === home)
  }
}

interface Host {
  readonly name: string
  load: number
  /** How many instances of each group stand here. */
  readonly members: Map<string, number>
}

/** Weighs one member of a group above any load. */
const CROWD = 1_000_000

function idlest(hosts: readonly Host[]): Host | undefined {
  return leastBy(hosts, (host) => host.load)
}

function leastBy(hosts: readonly Host[], weight: (host: Host) => number): Host | undefined {
  return hosts.reduce<Host | undefined>(
    (best, host) => (best === undefined || weight(host) < weight(best) ? host : best),
    undefined,
  )
}
