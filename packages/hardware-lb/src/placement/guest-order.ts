import type { BuildOrder } from '@amphora/core'
import type { ApplianceSettings, HardwareSettings } from '../inventory/settings.ts'
import { fingerprintTag, groupTag, newNonce, writeMark } from '../mark.ts'
import { sizeOf } from '../order-rules.ts'
import type { Ownership } from '../ownership.ts'
import type { GuestOrder } from '../profile/guest.ts'

/** An order in the terms of one box. Pure but for the nonce. */
export function guestOrder(
  order: BuildOrder,
  { images, networks }: Pick<ApplianceSettings, 'images' | 'networks'>,
  {
    ownership,
    settings,
  }: { readonly ownership: Ownership; readonly settings: Pick<HardwareSettings<unknown>, 'flavors'> },
): GuestOrder {
  const { imageId, networkIds, placementGroupId: group } = order
  const nonce = newNonce()
  const mark = writeMark({
    owner: ownership.owner,
    fingerprint: fingerprintTag(order.fingerprint),
    nonce,
    group: group === undefined ? undefined : groupTag(group),
  })
  return {
    name: ownership.guestName(order.name),
    mark,
    nonce,
    size: sizeOf(order, settings.flavors),
    image: imageId !== undefined && Object.hasOwn(images, imageId) ? images[imageId] : undefined,
    vlans: networkIds.flatMap((network) => (Object.hasOwn(networks, network) ? [networks[network] ?? 0] : [])),
  }
}
