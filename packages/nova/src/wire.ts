/** What Nova says of a server, as far as it is used (compute API reference, "Servers"). */
export interface WireServer {
  readonly id: string
  readonly name: string | undefined
  readonly status: string | undefined
  readonly taskState: string | undefined
  readonly vmState: string | undefined
  readonly powerState: number | undefined
  /** ISO 8601, to the second. */
  readonly created: string | undefined
  /** Absent where the cell that holds the server does not answer (microversion 2.69), and empty for what is deleted. */
  readonly metadata: Readonly<Record<string, string>> | undefined
  readonly description: string | undefined
  /** `original_name` from 2.47 on, before that the id. */
  readonly flavor: string | undefined
  readonly imageId: string | undefined
  readonly zone: string | undefined
  /** By the name of the network. */
  readonly addresses: Readonly<Record<string, readonly WireAddress[]>>
  readonly fault: string | undefined
  readonly locked: boolean
}

export interface WireAddress {
  readonly ip: string
  readonly version: 4 | 6
  readonly mac: string | undefined
}

/** One port of a server (`os-interface`). */
export interface WireInterface {
  readonly networkId: string | undefined
  readonly portId: string
  readonly mac: string | undefined
  readonly ips: readonly string[]
}

export interface WireFlavor {
  readonly id: string
  readonly name: string
  readonly vcpus: number
  readonly memoryMiB: number
  readonly storageGiB: number
  readonly disabled: boolean
  /** Absent below 2.61, where a list does not tell. */
  readonly hasExtraSpecs: boolean
}

export interface WireGroup {
  readonly id: string
  readonly name: string
  readonly policy: string | undefined
}

/** The body of `POST /servers`. */
export interface CreateBody {
  readonly server: {
    readonly name: string
    readonly flavorRef: string
    readonly imageRef: string
    readonly networks: readonly ({ readonly uuid: string } | { readonly port: string })[] | 'none' | 'auto'
    readonly metadata: Readonly<Record<string, string>>
    readonly config_drive: true
    readonly security_groups?: readonly { readonly name: string }[]
    readonly key_name?: string
    readonly availability_zone?: string
    readonly user_data?: string
    readonly personality?: readonly { readonly path: string; readonly contents: string }[]
    readonly tags?: readonly string[]
    readonly description?: string
  }
  readonly 'os:scheduler_hints'?: { readonly group: string }
}
