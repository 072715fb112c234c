import type { GuestSize } from '../profile/capabilities.ts'
import type { Guest } from '../profile/guest.ts'
import type { Site } from '../site.ts'
import { fits } from './fits.ts'

/** Whether the inventory's limit and the box itself have room for one more. Asks only what there is to be asked. */
export async function hasRoom<Settings, G extends Guest>(
  { settings: { maxGuests }, appliance }: Site<Settings, G>,
  size: GuestSize,
  signal: AbortSignal,
): Promise<boolean> {
  if (maxGuests !== undefined && (await appliance.list(signal)).length >= maxGuests) return false
  return appliance.capacity === undefined || fits(size, await appliance.capacity(signal))
}
