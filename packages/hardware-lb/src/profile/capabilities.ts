import type { Capabilities } from '@amphora/core'

/**
 * What a profile can declare. Keys, security groups, ports, files and user data are not among it: no appliance takes
 * them, so core refuses them before anything is sent.
 */
export interface HardwareCapabilities extends Pick<Capabilities, 'image' | 'networks' | 'suspend' | 'watch'> {
  readonly types: readonly ['HWLoadBalancer']
  /** A name among the flavors of the inventory. */
  readonly flavor?: 'named'
  /** Failure domains. Every profile has them. */
  readonly availabilityZones: true
  /** Only where a guest has a text of ours, which tells its group. */
  readonly placementGroups?: true
}

/** What a flavor can set. */
export const DIMENSIONS = [
  'vcpus',
  'memoryMiB',
  'storageGiB',
  'throughputMbps',
  'sslCores',
  'connections',
  'units',
] as const

/** One thing that a flavor can set; `units` are a vendor's own units of capacity. */
export type Dimension = (typeof DIMENSIONS)[number]

/** How large a guest is. What is left out is the appliance's to choose. All above 0. */
export type GuestSize = { readonly [D in Dimension]?: number }
