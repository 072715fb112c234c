import { setTimeout as sleep } from 'node:timers/promises'
import { AmphoraComputeError, createCompute, type AmphoraFleet, type Clock, type DriverBinding } from '@amphora/core'
import type { Names } from './names.ts'
import type { OpenStage } from './stage.ts'

const PAUSE_MS = 50

/** Everything that was made for one rule, and the way to get rid of it: through the driver, as any caller would. */
export class Ledger {
  readonly #stage: OpenStage
  readonly #names: Names
  readonly #baseline: Set<string> | undefined
  readonly #owners = new Map<string, Owned>()

  private constructor(stage: OpenStage, names: Names, baseline: Set<string> | undefined) {
    this.#stage = stage
    this.#names = names
    this.#baseline = baseline
  }

  static async open(stage: OpenStage, names: Names, hasInventory: boolean): Promise<Ledger> {
    return new Ledger(stage, names, hasInventory ? new Set(await stage.control.inventory()) : undefined)
  }

  /** Somebody begins to build under this owner. */
  controller(owner: string, binding: DriverBinding, clock: Clock | undefined): void {
    if (!this.#owners.has(owner)) this.#owners.set(owner, { binding, clock, amphorae: new Set(), groups: new Set() })
  }

  /** What a call for this owner resolved to, which may be the id of something new. */
  answered(owner: string, method: string, answer: unknown): void {
    if (typeof answer !== 'string') return
    if (method === 'build') this.#owners.get(owner)?.amphorae.add(answer)
    if (method === 'createPlacementGroup') this.#owners.get(owner)?.groups.add(answer)
  }

  /** What was put there behind the driver's back is not the driver's to remove. */
  excuse(items: readonly string[]): void {
    for (const item of items) this.#baseline?.add(item)
  }

  /** What the backend holds that it did not hold when the rule began; nothing where nobody can look. */
  async made(): Promise<readonly string[]> {
    if (this.#baseline === undefined) return []
    return (await this.#stage.control.inventory()).filter((item) => !this.#baseline?.has(item))
  }

  /** Deletes it all, and says what is left. */
  async clear(limits: { readonly callMs: number; readonly stateMs: number }): Promise<readonly string[]> {
    if (this.#baseline !== undefined && (await this.made()).length === 0) return []
    const listed = await Promise.all([...this.#owners].map(([owner, owned]) => this.#clearOwner(owner, owned, limits)))
    if (this.#baseline === undefined) return listed.flat()
    const until = performance.now() + limits.stateMs
    for (;;) {
      const left = await this.made()
      if (left.length === 0 || performance.now() > until) return left
      await sleep(PAUSE_MS)
    }
  }

  /** By the ids that were given out and, since an answer may have been lost, by the names that only this run has. */
  async #clearOwner(
    owner: string,
    owned: Owned,
    limits: { readonly callMs: number; readonly stateMs: number },
  ): Promise<readonly string[]> {
    const { binding, clock, amphorae, groups } = owned
    const compute = await createCompute({ drivers: { kit: binding }, owner, breaker: false, ...(clock && { clock }) })
    try {
      const ids = new Set([...amphorae, ...(await this.#listed(compute))])
      await Promise.all([...ids].map((id) => removed(compute, id, limits)))
      const timeoutMs = limits.callMs
      for (const id of groups) await compute.deletePlacementGroup(id, { timeoutMs }).catch(() => {})
      return this.#baseline === undefined ? await this.#listed(compute) : []
    } finally {
      await compute.close()
    }
  }

  async #listed(compute: AmphoraFleet): Promise<readonly string[]> {
    const ids: string[] = []
    try {
      for await (const { id, name } of compute.list()) if (this.#names.has(name)) ids.push(id)
    } catch {
      // What cannot be listed is looked for in the inventory, or by its id.
    }
    return ids
  }
}

interface Owned {
  readonly binding: DriverBinding
  readonly clock: Clock | undefined
  readonly amphorae: Set<string>
  readonly groups: Set<string>
}

/** Tries until it is gone, or it is clear that it will not go. */
async function removed(
  compute: AmphoraFleet,
  id: string,
  { callMs, stateMs }: { readonly callMs: number; readonly stateMs: number },
): Promise<void> {
  const until = performance.now() + stateMs
  for (let left = stateMs; left > 0; left = until - performance.now()) {
    try {
      await compute.delete(id, { timeoutMs: callMs })
      await compute.waitFor(id, 'deleted', { timeoutMs: left })
      return
    } catch (error) {
      if (AmphoraComputeError.from(error).recovery.retry !== 'with-backoff') return
      await sleep(PAUSE_MS)
    }
  }
}
