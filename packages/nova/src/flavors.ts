import { AmphoraComputeError, type AmphoraFlavor, type Clock, type FlavorSize } from '@amphora/core'
import { Cached, UUID } from '@amphora/openstack'
import type { Client } from './client.ts'
import type { WireFlavor } from './wire.ts'

const LIFE_MS = 300_000

/** The cloud's flavors, asked for once in five minutes. */
export class Flavors {
  readonly #client: Pick<Client, 'flavors'>
  readonly #cached: Cached<readonly WireFlavor[]>
  readonly #choice: readonly string[] | undefined

  /** `choice`: names or ids among which a size is chosen. */
  constructor(client: Pick<Client, 'flavors'>, clock: Clock, choice: readonly string[] | undefined) {
    this.#client = client
    this.#cached = new Cached(clock, LIFE_MS)
    this.#choice = choice
  }

  /** The id for `flavorRef`. A UUID is one already and costs nothing. */
  async idOf(flavor: AmphoraFlavor, signal: AbortSignal): Promise<string> {
    if (typeof flavor === 'string' && UUID.test(flavor)) return flavor
    return (await this.find(flavor, signal)).id
  }

  /** @throws {AmphoraComputeError} `not-found` where the cloud has none such. */
  async find(flavor: AmphoraFlavor, signal: AbortSignal): Promise<WireFlavor> {
    const all = await this.#cached.get('all', signal, (shared) => this.#client.flavors(shared))
    const found = typeof flavor === 'string' ? byName(flavor, all) : smallest(flavor, all, this.#choice)
    if (found !== undefined) return found
    // One that was made a moment ago is found at the next try.
    this.#cached.forget('all')
    throw typeof flavor === 'string' ? unknownFlavor(flavor) : nothingFits(flavor)
  }
}

/** An id wins over a name: ids are unique, and old ones look like any word. */
function byName(flavor: string, all: readonly WireFlavor[]): WireFlavor | undefined {
  return all.find(({ id }) => id === flavor) ?? all.find(({ name }) => name === flavor)
}

/** The smallest that is large enough: by memory, then CPUs, disk and name. */
export function smallest(
  size: FlavorSize,
  all: readonly WireFlavor[],
  choice: readonly string[] | undefined,
): WireFlavor | undefined {
  const { vcpus = 0, memoryMiB = 0, storageGiB = 0 } = size
  const isOffered = ({ id, name, disabled, hasExtraSpecs }: WireFlavor): boolean =>
    choice === undefined ? !disabled && !hasExtraSpecs : choice.includes(id) || choice.includes(name)
  return all
    .filter(isOffered)
    .filter((one) => one.vcpus >= vcpus && one.memoryMiB >= memoryMiB && one.storageGiB >= storageGiB)
    .sort(
      (a, b) =>
        a.memoryMiB - b.memoryMiB ||
        a.vcpus - b.vcpus ||
        a.storageGiB - b.storageGiB ||
        (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    )[0]
}

function unknownFlavor(flavor: string): AmphoraComputeError {
  return new AmphoraComputeError(
    `flavor ${JSON.stringify(flavor.slice(0, 80))} is neither the name nor the id of one`,
    {
      code: 'not-found',
      reason: 'nova/no-such-flavor',
    },
  )
}

function nothingFits({ vcpus, memoryMiB, storageGiB }: FlavorSize): AmphoraComputeError {
  const wanted = [
    ...(vcpus === undefined ? [] : [`${vcpus} vcpus`]),
    ...(memoryMiB === undefined ? [] : [`${memoryMiB} MiB of memory`]),
    ...(storageGiB === undefined ? [] : [`${storageGiB} GiB of storage`]),
  ].join(', ')
  return new AmphoraComputeError(`no flavor has at least ${wanted}`, {
    code: 'not-found',
    reason: 'nova/no-flavor-fits',
  })
}
