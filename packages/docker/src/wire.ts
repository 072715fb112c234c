/**
 * The engine's own shapes, as far as they are used. Source: the API reference of Docker Engine 1.41
 * (docs.docker.com/engine/api/v1.41), checked against the recorded bodies in `test/fixtures`.
 */

/** `POST /containers/create`. */
export interface CreateBody {
  readonly Image: string
  readonly Hostname: string
  readonly Env: readonly string[]
  readonly Labels: Readonly<Record<string, string>>
  readonly Volumes?: Readonly<Record<string, object>>
  readonly HostConfig: HostConfig
  /** More than one network only where the engine speaks API 1.44 or newer. */
  readonly NetworkingConfig?: { readonly EndpointsConfig: Readonly<Record<string, object>> }
}

export interface HostConfig {
  readonly Init: true
  readonly RestartPolicy: { readonly Name: 'no' }
  readonly CapDrop: readonly ['ALL']
  readonly CapAdd?: readonly string[]
  readonly SecurityOpt: readonly ['no-new-privileges']
  readonly PidsLimit: number
  readonly ReadonlyRootfs?: true
  readonly NanoCpus?: number
  /** Bytes. */
  readonly Memory?: number
  /** Bytes of memory and swap together; the same as `Memory` means no swap. */
  readonly MemorySwap?: number
  readonly StorageOpt?: { readonly size: string }
  readonly NetworkMode?: string
}

/** `POST /networks/{id}/connect`. */
export interface ConnectBody {
  readonly Container: string
  readonly EndpointConfig?: {
    readonly IPAMConfig: { readonly IPv4Address?: string; readonly IPv6Address?: string }
  }
}

/** `GET /containers/{id}/json`. */
export interface WireContainer {
  readonly Id: string
  /** With a `/` in front. */
  readonly Name: string
  readonly Created: string | undefined
  readonly State: WireState
  readonly RestartCount: number
  readonly Image: string | undefined
  readonly Labels: Readonly<Record<string, string>>
  readonly Networks: Readonly<Record<string, WireEndpoint>>
}

export interface WireState {
  readonly Status: string
  readonly ExitCode: number
  readonly Error: string
  readonly OOMKilled: boolean
  readonly StartedAt: string | undefined
  readonly Health: { readonly Status: string; readonly lastOutput: string | undefined } | undefined
}

/** One row of `GET /containers/json`: what it knows of a container's state is a word and a sentence. */
export interface WireRow {
  readonly Id: string
  readonly Names: readonly string[]
  /** Seconds since the epoch. */
  readonly Created: number | undefined
  readonly State: string
  /** `Up 2 hours (healthy)`, `Exited (137) 3 seconds ago`. */
  readonly Status: string
  readonly Image: string | undefined
  readonly Labels: Readonly<Record<string, string>>
  readonly Networks: Readonly<Record<string, WireEndpoint>>
}

export interface WireEndpoint {
  readonly NetworkID: string | undefined
  readonly IPAddress: string | undefined
  readonly GlobalIPv6Address: string | undefined
  readonly MacAddress: string | undefined
}

/** One line of `GET /events`. */
export interface WireEvent {
  readonly id: string
  readonly action: string
  /** Nanoseconds since the epoch, which no JSON number holds exactly: good for order and for `since`, not for equality. */
  readonly timeNano: number
  readonly attributes: Readonly<Record<string, string>>
}

/** One line of the answer to `POST /images/create`. */
export interface WirePull {
  readonly layer: string | undefined
  readonly status: string | undefined
  /** A pull that failed says so inside a 200. */
  readonly error: string | undefined
}

/** `GET /info`, as far as a limit can be above it. */
export interface WireInfo {
  readonly cpus: number | undefined
  readonly memoryBytes: number | undefined
}
