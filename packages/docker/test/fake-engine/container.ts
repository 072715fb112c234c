import { randomBytes } from 'node:crypto'

/** What a client sends to create a container, as far as the fake looks at it. */
export interface CreateRequest {
  readonly Image?: string
  readonly Hostname?: string
  readonly Env?: readonly string[]
  readonly Labels?: Readonly<Record<string, string>>
  readonly Volumes?: Readonly<Record<string, object>>
  readonly HostConfig?: Readonly<Record<string, unknown>> & {
    readonly NetworkMode?: string
    readonly Memory?: number
    readonly NanoCpus?: number
    readonly ReadonlyRootfs?: boolean
    readonly StorageOpt?: object
    readonly RestartPolicy?: { readonly Name: string }
  }
  readonly NetworkingConfig?: { readonly EndpointsConfig?: Readonly<Record<string, object>> }
}

export interface FileInside {
  readonly bytes: Uint8Array
  readonly mode: number
  readonly uid: number
}

export interface EndpointInside {
  networkId: string
  ip: string
  mac: string
}

export interface StateInside {
  Status: string
  ExitCode: number
  Error: string
  OOMKilled: boolean
  StartedAt: string
  FinishedAt: string
  Health?: {
    Status: string
    FailingStreak: number
    Log: { Start: string; End: string; ExitCode: number; Output: string }[]
  }
}

const NEVER = '0001-01-01T00:00:00Z'

/** One container on the fake engine. Tests may change its state behind everybody's back. */
export class FakeContainer {
  readonly id: string = randomBytes(32).toString('hex')
  readonly createdMs: number
  readonly request: CreateRequest
  name: string
  restartCount = 0
  readonly state: StateInside = {
    Status: 'created',
    ExitCode: 0,
    Error: '',
    OOMKilled: false,
    StartedAt: NEVER,
    FinishedAt: NEVER,
  }
  /** What lies in it beside its image, by absolute path. */
  readonly files = new Map<string, FileInside>()
  /** By the network's name, in the engine's own order: alphabetical. */
  readonly endpoints = new Map<string, EndpointInside>()

  constructor(name: string, request: CreateRequest, createdMs: number) {
    this.name = name
    this.request = request
    this.createdMs = createdMs
  }

  get labels(): Readonly<Record<string, string>> {
    return this.request.Labels ?? {}
  }

  get isRunning(): boolean {
    return this.state.Status === 'running' || this.state.Status === 'paused'
  }

  /** `GET /containers/{id}/json`. */
  inspection(): object {
    const { state, request } = this
    const created = new Date(this.createdMs).toISOString().replace('Z', '000000Z')
    return {
      Id: this.id,
      Created: created,
      Path: '/bin/sh',
      Args: [],
      State: {
        Status: state.Status,
        Running: this.isRunning,
        Paused: state.Status === 'paused',
        Restarting: state.Status === 'restarting',
        OOMKilled: state.OOMKilled,
        Dead: state.Status === 'dead',
        Pid: this.isRunning ? 4242 : 0,
        ExitCode: state.ExitCode,
        Error: state.Error,
        StartedAt: state.StartedAt,
        FinishedAt: state.FinishedAt,
        ...(state.Health === undefined ? {} : { Health: state.Health }),
      },
      Image: `sha256:${'1'.repeat(64)}`,
      ResolvConfPath: '/engine/path',
      HostnamePath: '/engine/path',
      HostsPath: '/engine/path',
      LogPath: '/engine/path',
      Name: `/${this.name}`,
      RestartCount: this.restartCount,
      Driver: 'overlay2',
      Platform: 'linux',
      MountLabel: '',
      ProcessLabel: '',
      AppArmorProfile: '',
      ExecIDs: null,
      HostConfig: { NetworkMode: 'default', ...request.HostConfig },
      GraphDriver: { Data: {}, Name: 'overlay2' },
      Mounts: Object.keys(request.Volumes ?? {}).map((path) => ({ Type: 'volume', Destination: path })),
      Config: {
        Hostname: request.Hostname ?? this.id.slice(0, 12),
        Domainname: '',
        User: '',
        Tty: false,
        Env: request.Env ?? null,
        Cmd: null,
        Image: request.Image,
        Volumes: request.Volumes ?? null,
        WorkingDir: '',
        Entrypoint: null,
        OnBuild: null,
        Labels: this.labels,
      },
      NetworkSettings: { Bridge: '', SandboxID: '', Ports: {}, Networks: this.#networks() },
    }
  }

  /** A row of `GET /containers/json`. */
  row(): object {
    const { request } = this
    return {
      Id: this.id,
      Names: [`/${this.name}`],
      Image: request.Image,
      ImageID: `sha256:${'1'.repeat(64)}`,
      Command: '/bin/sh',
      Created: Math.floor(this.createdMs / 1000),
      Ports: [],
      Labels: this.labels,
      State: this.state.Status,
      Status: this.#sentence(),
      HostConfig: { NetworkMode: request.HostConfig?.NetworkMode ?? 'default' },
      NetworkSettings: { Networks: this.#networks() },
      Mounts: [],
    }
  }

  #networks(): object {
    const sorted = [...this.endpoints].sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(
      sorted.map(([name, { networkId, ip, mac }]) => [
        name,
        {
          IPAMConfig: null,
          Links: null,
          Aliases: null,
          NetworkID: this.isRunning ? networkId : '',
          EndpointID: this.isRunning ? networkId : '',
          Gateway: '',
          IPAddress: this.isRunning ? ip : '',
          IPPrefixLen: this.isRunning ? 16 : 0,
          IPv6Gateway: '',
          GlobalIPv6Address: '',
          GlobalIPv6PrefixLen: 0,
          MacAddress: this.isRunning ? mac : '',
          DriverOpts: null,
        },
      ]),
    )
  }

  #sentence(): string {
    const { Status, ExitCode, Health } = this.state
    if (Status === 'created') return 'Created'
    if (Status === 'exited') return `Exited (${ExitCode}) 2 seconds ago`
    if (Status === 'restarting') return `Restarting (${ExitCode}) 2 seconds ago`
    if (Status === 'paused') return 'Up 2 seconds (Paused)'
    if (Status === 'removing') return 'Removal In Progress'
    if (Status === 'dead') return 'Dead'
    const health = Health === undefined ? '' : ` (${Health.Status === 'starting' ? 'health: ' : ''}${Health.Status})`
    return `Up 2 seconds${health}`
  }
}
