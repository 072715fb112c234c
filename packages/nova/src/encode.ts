import type { BuildOrder } from '@amphora/core'
import type { Settings } from './options.ts'
import { marksOf, type Ownership } from './ownership.ts'
import type { PayloadPlan } from './payload-plan.ts'
import type { CreateBody } from './wire.ts'

/** What an order comes to, once flavor and image are ids. */
export interface Resolved {
  readonly flavorId: string
  readonly imageId: string
  readonly payload: PayloadPlan
  readonly ownership: Ownership
  readonly settings: Pick<Settings, 'keyName' | 'emptyNetworks'>
  /** What the microversion of the request takes. */
  readonly takes: { readonly tags: boolean; readonly description: boolean }
}

/** The body that creates the server of an order. Pure. */
export function createBody(order: BuildOrder, resolved: Resolved): CreateBody {
  const { flavorId, imageId, payload, ownership, settings, takes } = resolved
  const { secGroups, placementGroupId, availabilityZone } = order
  const { userData, personality } = payload
  return {
    server: {
      name: order.name,
      flavorRef: flavorId,
      imageRef: imageId,
      networks: networksOf(order, settings),
      metadata: marksOf(order, ownership),
      config_drive: true,
      ...(secGroups.length === 0 ? {} : { security_groups: secGroups.map((name) => ({ name })) }),
      ...(settings.keyName === undefined ? {} : { key_name: settings.keyName }),
      ...(availabilityZone === undefined ? {} : { availability_zone: availabilityZone }),
      ...(userData === undefined ? {} : { user_data: base64(userData) }),
      ...(personality.length === 0
        ? {}
        : { personality: personality.map(({ path, bytes }) => ({ path, contents: base64(bytes) })) }),
      ...(takes.tags ? { tags: [ownership.tag] } : {}),
      ...(takes.description ? { description: ownership.description } : {}),
    },
    ...(placementGroupId === undefined ? {} : { 'os:scheduler_hints': { group: placementGroupId } }),
  }
}

/** Networks first and then ports, each in the order given. */
function networksOf(
  { networkIds, portIds }: BuildOrder,
  { emptyNetworks }: Resolved['settings'],
): CreateBody['server']['networks'] {
  const wanted = [...networkIds.map((uuid) => ({ uuid })), ...portIds.map((port) => ({ port }))]
  return wanted.length === 0 ? (emptyNetworks ?? 'none') : wanted
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
