/** A partition as we ask for it (a10-acos-axapi, `a10_partition`; vendor-code). */
export interface WirePartition {
  readonly 'partition-name': string
  /** Ours to choose, and nobody else's while the partition is known to the box. */
  readonly id: number
  readonly 'application-type': 'adc'
  /** Any text of up to 127 characters (the aXAPI reference; documentation). */
  readonly 'user-tag': string
  readonly template?: { readonly 'resource-accounting': string }
}

/** A partition of the running configuration. One that is unloaded is not among them. */
export interface ConfiguredPartition {
  readonly name: string
  readonly id: number
  readonly tag: string | undefined
}

/** A partition that the box knows, loaded or not, by its operational table. */
export interface KnownPartition {
  readonly name: string
  readonly id: number
  readonly status: string
}
