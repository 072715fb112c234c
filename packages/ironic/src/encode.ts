import type { BuildOrder } from '@amphora/core'
import { composeUserData } from '@amphora/openstack'
import type { Flavor } from './flavors.ts'
import type { ImageSource } from './images.ts'
import { extraOf, writtenMarks, type Marks } from './ownership.ts'
import type { AllocationBody, ConfigDrive, PatchStep, WireAllocation } from './wire.ts'

/** What is known of an order before a node is. */
export interface Plan {
  readonly order: BuildOrder
  readonly owner: string
  readonly flavor: Flavor
  readonly image: ImageSource
}

/** The body that reserves a node for an order. Pure. */
export function allocationBody(
  { order, owner, flavor }: Plan,
  chosen: { readonly uuid: string; readonly name: string; readonly candidates: readonly string[] | undefined },
): AllocationBody {
  const { uuid, name, candidates } = chosen
  return {
    uuid,
    name,
    resource_class: flavor.resourceClass,
    ...(flavor.traits.length === 0 ? {} : { traits: flavor.traits }),
    ...(candidates === undefined ? {} : { candidate_nodes: candidates }),
    extra: extraOf(order, owner),
  }
}

/**
 * What the deployment is about, in place of all that `instance_info` holds: giving a reservation up does not wipe what
 * was written under it. `traits` is Ironic's own copy of what was asked for, which the deployment looks at. Pure.
 */
export function instanceInfo(
  { order, owner, flavor, image }: Plan,
  { uuid, createdMs, traits }: WireAllocation,
  madePorts: readonly string[],
): readonly PatchStep[] {
  const marks: Pick<Marks, 'owner' | 'name' | 'created' | 'networks' | 'ports'> = {
    owner,
    name: order.name,
    created: createdMs === undefined ? undefined : new Date(createdMs).toISOString(),
    networks: madePorts,
    ports: order.portIds,
  }
  const rootGb = image.rootGb ?? flavor.rootGb
  const value = {
    traits,
    ...image.fields,
    display_name: order.name,
    ...(rootGb === undefined ? {} : { root_gb: rootGb }),
    ...(flavor.capabilities === undefined ? {} : { capabilities: flavor.capabilities }),
    ...writtenMarks(uuid, marks),
  }
  return [{ op: 'replace', path: '/instance_info', value }]
}

/** Takes all of that away. */
export const NO_INSTANCE: readonly PatchStep[] = [{ op: 'replace', path: '/instance_info', value: {} }]

/** The config drive with keys, files and user data, from which Ironic builds an image (API 1.56). */
export async function configDrive(order: BuildOrder, uuid: string): Promise<ConfigDrive> {
  const { name, keys } = order
  const userData = await composeUserData(order, { asText: true })
  return {
    meta_data: {
      uuid,
      name,
      hostname: name,
      ...(keys.length === 0
        ? {}
        : { public_keys: Object.fromEntries(keys.map((key, index) => [`key-${index}`, key])) }),
    },
    ...(userData === undefined ? {} : { user_data: Buffer.from(userData).toString('utf8') }),
  }
}
