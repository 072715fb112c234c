import type { ReportedAmphora } from '@amphora/core'
import { idOf } from './guest-id.ts'
import type { ApplianceSettings } from './inventory/settings.ts'
import type { Guest } from './profile/guest.ts'

/** A guest of ours as an amphora. */
export function amphoraOf(
  guest: Guest,
  name: string,
  { id, domain, images }: Pick<ApplianceSettings, 'id' | 'domain' | 'images'>,
): ReportedAmphora {
  const { status, addresses, image, createdAt } = guest
  const imageId = image === undefined ? undefined : imageIdOf(image, images)
  return {
    id: idOf(id, guest),
    name,
    type: 'HWLoadBalancer',
    status,
    addresses,
    ...(imageId === undefined ? {} : { imageId }),
    availabilityZone: domain,
    ...(createdAt === undefined ? {} : { createdAt }),
  }
}

/** The id by which requests name it; where the inventory has none, the box's own name. */
function imageIdOf(image: string, images: Readonly<Record<string, string>>): string {
  return Object.entries(images).find(([, native]) => native === image)?.[0] ?? image
}
