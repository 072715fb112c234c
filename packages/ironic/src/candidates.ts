import type { Client } from './client.ts'
import type { Flavor } from './flavors.ts'
import type { WireNode } from './wire.ts'

/** So many names are offered to Ironic at most. */
const MOST = 100

/** The nodes that are still to be tried for one build. */
export class Candidates {
  readonly #client: Client
  readonly #flavor: Flavor
  /** Unfit: never again in this build. */
  readonly #unfit = new Set<string>()
  /** Failed once: again only where there is no other. */
  readonly #doubtful = new Set<string>()

  constructor(client: Client, flavor: Flavor) {
    this.#client = client
    this.#flavor = flavor
  }

  refuse(nodeUuid: string): void {
    this.#unfit.add(nodeUuid)
  }

  doubt(nodeUuid: string): void {
    this.#doubtful.add(nodeUuid)
  }

  /** What Ironic may choose among: `undefined` where it may choose for itself, nothing where none is left. */
  async next(signal: AbortSignal): Promise<readonly string[] | undefined> {
    const { candidateNodes } = this.#flavor
    if (this.#unfit.size + this.#doubtful.size === 0) return candidateNodes
    const fit = await this.#fit(signal)
    const sure = fit.filter(({ uuid }) => !this.#doubtful.has(uuid))
    return (sure.length > 0 ? sure : fit).slice(0, MOST).map(({ uuid }) => uuid)
  }

  /** Whether any node is free that was not refused. */
  async areLeft(signal: AbortSignal): Promise<boolean> {
    return (await this.#fit(signal)).length > 0
  }

  async #fit(signal: AbortSignal): Promise<readonly WireNode[]> {
    return (await free(this.#client, this.#flavor, signal)).filter(({ uuid }) => !this.#unfit.has(uuid))
  }
}

/** The nodes that Ironic would choose among now. */
export async function free(client: Client, flavor: Flavor, signal: AbortSignal): Promise<readonly WireNode[]> {
  const { resourceClass, traits, candidateNodes } = flavor
  const query = {
    resource_class: resourceClass,
    provision_state: 'available',
    associated: 'false',
    maintenance: 'false',
  }
  const found: WireNode[] = []
  for await (const nodes of client.nodes(query, 1000, signal)) found.push(...nodes)
  return found.filter(
    ({ uuid, name = '', powerState, traits: has }) =>
      powerState !== undefined &&
      traits.every((trait) => has.includes(trait)) &&
      (candidateNodes === undefined || candidateNodes.includes(uuid) || candidateNodes.includes(name)),
  )
}
