import type { BuildOrder, FlavorSize } from '@amphora/core'
import type { Settings } from './options.ts'

/** The engine takes no less (400 "Minimum memory limit allowed is 6MB"). */
export const LEAST_MEMORY_MIB = 6
/** Engine 20.10 takes less and rounds it to no limit at all; newer ones refuse it. */
export const LEAST_VCPUS = 0.01

/** The size that a flavor stands for; `undefined` where there is none, or its name is unknown. */
export function sizeOf({ flavor }: Pick<BuildOrder, 'flavor'>, { flavors }: Settings): FlavorSize | undefined {
  if (typeof flavor !== 'string') return flavor
  return Object.hasOwn(flavors, flavor) ? flavors[flavor] : undefined
}
