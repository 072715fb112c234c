import { InvalidRequestError, type BuildOrder } from '@amphora/core'
import { orProblem, UUID, type Images } from '@amphora/openstack'
import type { Client } from './client.ts'
import type { Flavors } from './flavors.ts'
import { sightOf } from './holders.ts'
import type { Networks } from './networks.ts'
import type { Settings } from './options.ts'
import { orderProblems } from './order-rules.ts'
import { MARKS, type Ownership } from './ownership.ts'
import { planPayload } from './payload-plan.ts'
import type { WireFlavor } from './wire.ts'

export interface ValidateOptions {
  readonly client: Client
  readonly flavors: Flavors
  readonly images: Images
  readonly networks: Networks
  readonly settings: Settings
  readonly ownership: Ownership
  readonly clock: { readonly now: () => number }
  readonly signal: AbortSignal
}

/** Every rule that the order breaks, and everything that the cloud has against it. Changes nothing. */
export async function validateOrder(order: BuildOrder, options: ValidateOptions): Promise<readonly string[]> {
  const found = await Promise.all([
    payloadProblems(order, options),
    flavorProblems(order, options),
    imageProblems(order, options),
    neutronProblems(order, options),
    zoneProblems(order, options),
    groupProblems(order, options),
    nameProblems(order, options),
  ])
  return [...orderProblems(order, options.settings), ...found.flat()]
}

async function payloadProblems(order: BuildOrder, { settings }: ValidateOptions): Promise<readonly string[]> {
  try {
    await planPayload(order, settings.files)
    return []
  } catch (thrown) {
    if (thrown instanceof InvalidRequestError) return thrown.problems
    throw thrown
  }
}

async function flavorProblems({ flavor }: BuildOrder, options: ValidateOptions): Promise<readonly string[]> {
  if (flavor === undefined) return []
  const found = await orProblem(options.flavors.find(flavor, options.signal), 'nova')
  return typeof found === 'string' ? [found] : quotaProblems(found, options)
}

/** What the project may still use, against what the flavor takes. A limit of -1 is none. */
async function quotaProblems(flavor: WireFlavor, { client, signal }: ValidateOptions): Promise<readonly string[]> {
  const limit = await client.limits(signal)
  const rows = [
    ['instances', 'maxTotalInstances', 'totalInstancesUsed', 1],
    ['vcpus', 'maxTotalCores', 'totalCoresUsed', flavor.vcpus],
    ['MiB of memory', 'maxTotalRAMSize', 'totalRAMUsed', flavor.memoryMiB],
  ] as const
  return rows.flatMap(([what, mostName, usedName, wanted]) => {
    const [most = -1, used = 0] = [limit(mostName), limit(usedName)]
    if (most < 0 || used + wanted <= most) return []
    return [`the quota of ${most} ${what} has ${Math.max(0, most - used)} left, and this takes ${wanted}`]
  })
}

async function imageProblems({ imageId }: BuildOrder, { images, signal }: ValidateOptions): Promise<readonly string[]> {
  return imageId === undefined ? [] : images.problems(imageId, signal)
}

async function neutronProblems(order: BuildOrder, { networks, signal }: ValidateOptions): Promise<readonly string[]> {
  const uuids = (ids: readonly string[]): readonly string[] => ids.filter((id) => UUID.test(id))
  const missing = await Promise.all([
    networks.missing('networks', uuids(order.networkIds), signal),
    networks.missing('ports', uuids(order.portIds), signal),
    networks.missing('security-groups', order.secGroups, signal),
  ])
  return ['network', 'port', 'security group'].flatMap((what, index) =>
    (missing[index] ?? []).map((id) => `${what} ${JSON.stringify(id.slice(0, 80))} does not exist`),
  )
}

async function zoneProblems(
  { availabilityZone }: BuildOrder,
  { client, signal }: ValidateOptions,
): Promise<readonly string[]> {
  if (availabilityZone === undefined) return []
  const zones = await client.zones(signal)
  if (zones.includes(availabilityZone)) return []
  return [`availabilityZone ${JSON.stringify(availabilityZone.slice(0, 80))} is none of ${zones.join(', ')}`]
}

async function groupProblems(
  { placementGroupId }: BuildOrder,
  { client, signal }: ValidateOptions,
): Promise<readonly string[]> {
  if (placementGroupId === undefined || !UUID.test(placementGroupId)) return []
  const group = await client.group(placementGroupId, signal)
  return group === undefined ? [`placementGroupId ${placementGroupId} does not exist`] : []
}

async function nameProblems(
  order: BuildOrder,
  { client, ownership, clock, signal }: ValidateOptions,
): Promise<readonly string[]> {
  if (order.nameIsFresh) return []
  const { ours } = await sightOf((name) => client.named(name, signal), order.name, ownership, clock)
  const others = ours.filter(({ metadata }) => metadata?.[MARKS.fingerprint] !== order.fingerprint)
  return others.length === 0
    ? []
    : [`name ${JSON.stringify(order.name)} is taken by an amphora that another request has built`]
}
