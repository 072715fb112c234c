import type { AmphoraFlavor, AmphoraType, BootFile } from '@amphora/core'
import type { Motion } from './lifecycle.ts'
import type { Port } from './networks.ts'

/** What an instance is made from. */
export interface InstanceSpec {
  readonly name: string
  /** The mark of whoever made it; `undefined` on what bears no mark at all. */
  readonly owner: string | undefined
  readonly fingerprint: string | undefined
  readonly type: AmphoraType
  readonly flavor?: AmphoraFlavor | undefined
  readonly imageId?: string | undefined
  readonly keys: readonly string[]
  readonly secGroups: readonly string[]
  readonly networkIds: readonly string[]
  readonly portIds: readonly string[]
  readonly files: readonly BootFile[]
  readonly userData: Uint8Array | undefined
  readonly placementGroupId?: string | undefined
  readonly availabilityZone?: string | undefined
}

export interface Instance {
  /** Never given twice, not even by another world. */
  readonly id: string
  /** Rises with every instance, so that a list can be continued where it stopped. */
  readonly sequence: number
  readonly spec: InstanceSpec
  readonly host: string
  /** Wall clock, epoch milliseconds. */
  readonly createdAt: number
  /** In the order in which they were attached. */
  readonly ports: Port[]
  motion: Motion
  /** Rises with every change that time alone does not make. */
  revision: number
}
