import { AmphoraComputeError, type PlacementPolicy } from '@amphora/core'
import { foreign, UUID } from '@amphora/openstack'
import type { Client } from './client.ts'
import { isAtLeast } from './microversion.ts'
import type { Ownership } from './ownership.ts'

/** Server groups of ours: their names begin with the owner, who has no hyphen. */
export class PlacementGroups {
  readonly #client: Client
  readonly #prefix: string

  constructor(client: Client, { owner }: Ownership) {
    this.#client = client
    this.#prefix = `${owner}-`
  }

  /** One of the same name and policy is the answer; Nova itself would make another of that name. */
  async create(name: string, policy: PlacementPolicy, signal: AbortSignal): Promise<string> {
    const version = await this.#client.microversion(signal)
    if (policy.startsWith('soft-') && !isAtLeast(version, '2.15')) {
      throw new AmphoraComputeError(`the policy ${policy} needs Nova 2.15; found ${version}`, {
        code: 'failed-precondition',
        reason: 'nova/microversion',
      })
    }
    const full = `${this.#prefix}${name}`
    const there = (await this.#client.groups(signal)).find((group) => group.name === full)
    if (there?.policy === policy) return there.id
    if (there !== undefined) {
      throw new AmphoraComputeError(`a placement group ${JSON.stringify(name)} of another policy is there already`, {
        code: 'already-exists',
        reason: 'nova/other-policy',
      })
    }
    const policies = isAtLeast(version, '2.64') ? { policy } : { policies: [policy] }
    return this.#client.createGroup({ name: full, ...policies }, signal)
  }

  async delete(id: string, signal: AbortSignal): Promise<void> {
    const group = UUID.test(id) ? await this.#client.group(id, signal) : undefined
    if (group === undefined) return
    if (!group.name.startsWith(this.#prefix)) throw foreign('nova', 'the placement group')
    await this.#client.removeGroup(id, signal)
  }
}
