import type { BuildOrder } from '@amphora/core'
import { missingFrom, UUID, type Images, type Service } from '@amphora/openstack'
import { free } from './candidates.ts'
import type { Client } from './client.ts'
import { flavorOf } from './flavors.ts'
import type { Settings } from './options.ts'
import { hasNeutron, orderProblems } from './order-rules.ts'
import { claimOf, type Ownership } from './ownership.ts'

export interface ValidateOptions {
  readonly client: Client
  readonly neutron: Service
  readonly images: Images
  readonly settings: Settings
  readonly ownership: Ownership
  readonly signal: AbortSignal
}

/** Every rule that the order breaks, and everything that the cloud has against it. Changes nothing. */
export async function validateOrder(order: BuildOrder, options: ValidateOptions): Promise<readonly string[]> {
  const broken = orderProblems(order, options.settings)
  const found = await Promise.all([
    flavorProblems(order, options),
    imageProblems(order, options),
    neutronProblems(order, options),
    nameProblems(order, options),
  ])
  return [...broken, ...found.flat()]
}

async function flavorProblems(
  order: BuildOrder,
  { client, settings, signal }: ValidateOptions,
): Promise<readonly string[]> {
  const flavor = flavorOf(order, settings)
  if (flavor.resourceClass === '') return []
  const nodes = await free(client, flavor, signal)
  if (nodes.length > 0) return []
  const traits = flavor.traits.length === 0 ? '' : ` with ${flavor.traits.join(', ')}`
  return [`no node of the resource class ${JSON.stringify(flavor.resourceClass)}${traits} is free`]
}

async function imageProblems(
  { imageId }: BuildOrder,
  { settings, images, signal }: ValidateOptions,
): Promise<readonly string[]> {
  if (imageId === undefined || imageId.includes('://')) return []
  const known = Object.hasOwn(settings.images, imageId) ? settings.images[imageId] : undefined
  const source = known?.source ?? imageId
  return source.includes('://') ? [] : images.problems(source, signal)
}

async function neutronProblems(
  order: BuildOrder,
  { neutron, settings, signal }: ValidateOptions,
): Promise<readonly string[]> {
  if (!hasNeutron(settings)) return []
  const kinds = [
    ['network', 'networks', order.networkIds],
    ['port', 'ports', order.portIds],
  ] as const
  const missing = await Promise.all(
    kinds.map(([, kind, ids]) =>
      missingFrom(
        neutron,
        kind,
        ids.filter((id) => UUID.test(id)),
        'ironic',
        signal,
      ),
    ),
  )
  return kinds.flatMap(([what], index) =>
    (missing[index] ?? []).map((id) => `${what} ${JSON.stringify(id.slice(0, 80))} does not exist`),
  )
}

async function nameProblems(
  order: BuildOrder,
  { client, ownership, signal }: ValidateOptions,
): Promise<readonly string[]> {
  if (order.nameIsFresh) return []
  const found = await client.allocation(ownership.keyOf(order.name), signal)
  if (found === undefined) return []
  const claim = claimOf(found.allocation)
  if (claim?.owner !== ownership.owner) {
    return [`name ${JSON.stringify(order.name)} is taken by something that is not ours`]
  }
  if (claim.fingerprint === order.fingerprint) return []
  return [`name ${JSON.stringify(order.name)} is taken by an amphora that another request has built`]
}
