import type { Capacity } from '../profile/appliance.ts'
import { DIMENSIONS, type GuestSize } from '../profile/capabilities.ts'

/** Whether there is room for one more of this size. What a box does not tell is no obstacle: it may still refuse. */
export function fits(size: GuestSize, { guests, free = {} }: Capacity): boolean {
  if (guests !== undefined && guests < 1) return false
  return DIMENSIONS.every((dimension) => (size[dimension] ?? 0) <= (free[dimension] ?? Number.POSITIVE_INFINITY))
}
