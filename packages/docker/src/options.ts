import type { FlavorSize, OptionsSchema } from '@amphora/core'
import * as v from 'valibot'

/** The capabilities that `capAdd` may give back; every other one stays dropped. */
export type GrantableCapability = 'NET_ADMIN' | 'NET_RAW' | 'NET_BROADCAST' | 'NET_BIND_SERVICE'

/** Certificates in PEM, as text. */
export interface DockerTls {
  /** Whom to trust beside nobody; the machine's own authorities where left out. */
  readonly ca?: string | undefined
  /** The client's certificate: an engine on TCP without one is open to everybody. */
  readonly cert: string
  readonly key: string
  /** The name in the engine's certificate, where it is not `host`. */
  readonly servername?: string | undefined
}

/** Which engine, and how amphorae are made on it. Plain data that survives JSON. No environment variable is read. */
export interface DockerOptions {
  /** Absolute path of the engine's unix socket. Default `/var/run/docker.sock`. */
  readonly socketPath?: string | undefined
  /** An engine on TCP: a host name or address, in place of `socketPath`. Needs `tls`, or `allowInsecure` on loopback. */
  readonly host?: string | undefined
  /** Default 2376 with `tls`, 2375 without. */
  readonly port?: number | undefined
  readonly tls?: DockerTls | undefined
  /** Lets TCP without TLS through, on a loopback address only. Whoever reaches the engine is root on its host. */
  readonly allowInsecure?: boolean | undefined
  /** Sizes by name; a request's `flavor` may name one. */
  readonly flavors?: Readonly<Record<string, FlavorSize>> | undefined
  /** What `build` does with an image that the engine lacks: pulls it (`missing`, the default), or fails (`never`). */
  readonly pull?: 'missing' | 'never' | undefined
  /** Milliseconds that one pull may take. It is added to the build's own time. Default 600 000. */
  readonly pullTimeoutMs?: number | undefined
  /** The network of amphorae whose request names none. Default: the engine's own default, `bridge`. */
  readonly network?: string | undefined
  /** Where a request's keys go, one a line. Default `/etc/amphora/authorized_keys`. */
  readonly authorizedKeysPath?: string | undefined
  /**
   * Where user data goes; the environment variable `AMPHORA_USER_DATA` names the path. Default `/etc/amphora/user-data`.
   * Below `nocloud/` or `nocloud-net/` an empty `meta-data` is put beside it, as cloud-init's NoCloud wants it.
   */
  readonly userDataPath?: string | undefined
  /** Linux capabilities given back after all are dropped. */
  readonly capAdd?: readonly GrantableCapability[] | undefined
  /** Absolute paths that become anonymous volumes; they are removed with the container. */
  readonly volumes?: readonly string[] | undefined
  /** Mounts the image read-only. Files, keys and user data are then taken only below `volumes`. Default false. */
  readonly readonlyRootfs?: boolean | undefined
  /** Honours `storageGiB`; the engine needs overlay2 on xfs with project quotas. Without it `storageGiB` is refused. */
  readonly storageQuota?: boolean | undefined
  /** Puts `<owner>-` before the engine's name of a container, so that owners do not share names. Default true. */
  readonly ownerPrefix?: boolean | undefined
  /** Containers that one request of a list asks for: 1 to 1 000, the default, which are 1 MiB and 8 ms of parsing. */
  readonly pageSize?: number | undefined
}

/** The options with every default filled in. */
export interface Settings {
  readonly endpoint: Endpoint
  readonly flavors: Readonly<Record<string, FlavorSize>>
  readonly pull: 'missing' | 'never'
  readonly pullTimeoutMs: number
  readonly network: string | undefined
  readonly authorizedKeysPath: string
  readonly userDataPath: string
  readonly capAdd: readonly GrantableCapability[]
  readonly volumes: readonly string[]
  readonly readonlyRootfs: boolean
  readonly storageQuota: boolean
  readonly ownerPrefix: boolean
  readonly pageSize: number
}

/** Where the engine listens. */
export type Endpoint =
  | { readonly kind: 'unix'; readonly socketPath: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'tls'; readonly host: string; readonly port: number; readonly tls: DockerTls }

/** What a network may be called: the engine's own charset, without the words that mean something else than a network. */
export function networkProblem(network: string): string | undefined {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(network)) {
    return 'is the name or id of a network: letters, digits, "_", "." and "-", a letter or digit first'
  }
  return ['host', 'none', 'default'].includes(network) ? 'is never "host", "none" or "default"' : undefined
}

const text = v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'))
const flag = v.boolean('must be true or false')
const amount = v.pipe(v.number('must be a number'), v.finite('must be finite'), v.gtValue(0, 'must be above 0'))
const network = v.pipe(
  text,
  v.check(
    (name) => networkProblem(name) === undefined,
    'is the name or id of a network, and never host, none, default',
  ),
)
const path = v.pipe(
  text,
  v.check(isPlainPath, 'must be an absolute path of a file in its shortest form, not below /proc, /sys or /dev'),
)
const pem = v.pipe(text, v.includes('-----BEGIN ', 'must be PEM, as text'))

const flavor = v.pipe(
  v.strictObject({
    vcpus: v.exactOptional(amount),
    memoryMiB: v.exactOptional(amount),
    storageGiB: v.exactOptional(amount),
  }),
  v.check((size) => Object.values(size).some((value) => value !== undefined), 'must set at least one size'),
)

const tls = v.strictObject({ ca: v.optional(pem), cert: pem, key: pem, servername: v.optional(text) })

/** Every option there is, and no other. An object with a rest instead of a strict one, which names one stranger only. */
const given = v.objectWithRest(
  {
    socketPath: v.optional(v.pipe(text, v.startsWith('/', 'must be an absolute path'))),
    host: v.optional(
      v.pipe(text, v.regex(/^[A-Za-z0-9._:-]+$/, 'must be a host name or an address, without scheme or port')),
    ),
    port: v.optional(
      v.pipe(v.number('must be a number'), v.integer('must be whole'), v.minValue(1), v.maxValue(65_535)),
    ),
    tls: v.optional(tls),
    allowInsecure: v.optional(flag, false),
    flavors: v.optional(v.record(text, flavor), {}),
    pull: v.optional(v.picklist(['missing', 'never'], 'must be "missing" or "never"'), 'missing'),
    pullTimeoutMs: v.optional(v.pipe(amount, v.maxValue(2 ** 31 - 1, 'is more than a timer can hold')), 600_000),
    network: v.optional(network),
    authorizedKeysPath: v.optional(path, '/etc/amphora/authorized_keys'),
    userDataPath: v.optional(path, '/etc/amphora/user-data'),
    capAdd: v.optional(
      v.array(
        v.picklist(
          ['NET_ADMIN', 'NET_RAW', 'NET_BROADCAST', 'NET_BIND_SERVICE'],
          'must be one of NET_ADMIN, NET_RAW, NET_BROADCAST, NET_BIND_SERVICE',
        ),
      ),
      [],
    ),
    volumes: v.optional(v.array(path), []),
    readonlyRootfs: v.optional(flag, false),
    storageQuota: v.optional(flag, false),
    ownerPrefix: v.optional(flag, true),
    pageSize: v.optional(
      v.pipe(v.number('must be a number'), v.integer('must be whole'), v.minValue(1), v.maxValue(1000)),
      1000,
    ),
  },
  v.never('is no option of this driver'),
)

type Given = v.InferOutput<typeof given>

/** Every problem at once where single fields are wrong; those between fields come after. */
export const optionsSchema: OptionsSchema<Settings, DockerOptions> = v.pipe(
  given,
  v.check(
    ({ host, socketPath }) => host === undefined || socketPath === undefined,
    'host and socketPath exclude each other',
  ),
  v.check(
    ({ host, port, tls: certificates }) => host !== undefined || (port === undefined && certificates === undefined),
    'port and tls belong to host, which is not given',
  ),
  v.check(
    ({ host, tls: certificates, allowInsecure }) =>
      host === undefined || certificates !== undefined || (allowInsecure && isLoopback(host)),
    'host needs tls; without it the engine must be on a loopback address and allowInsecure must be true',
  ),
  v.check(
    ({ readonlyRootfs, volumes }) => !readonlyRootfs || volumes.length > 0,
    'readonlyRootfs needs volumes, since nothing else can be written',
  ),
  v.check(
    ({ authorizedKeysPath, userDataPath }) => authorizedKeysPath !== userDataPath,
    'authorizedKeysPath and userDataPath must differ',
  ),
  v.transform(settingsOf),
)

function settingsOf(options: Given): Settings {
  const { socketPath, host, port, tls: certificates, allowInsecure: _said, network: usual, ...rest } = options
  return {
    ...rest,
    network: usual,
    endpoint: endpointOf(socketPath, host, port, certificates),
  }
}

function endpointOf(
  socketPath: string | undefined,
  host: string | undefined,
  port: number | undefined,
  certificates: DockerTls | undefined,
): Endpoint {
  if (host === undefined) return { kind: 'unix', socketPath: socketPath ?? '/var/run/docker.sock' }
  if (certificates === undefined) return { kind: 'tcp', host, port: port ?? 2375 }
  return { kind: 'tls', host, port: port ?? 2376, tls: certificates }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** The rules that core has for the paths of files. */
function isPlainPath(candidate: string): boolean {
  if (!candidate.startsWith('/') || candidate.length > 255 || /[\\\p{Cc}]/u.test(candidate)) return false
  if (
    candidate
      .slice(1)
      .split('/')
      .some((segment) => segment === '' || segment === '.' || segment === '..')
  )
    return false
  return !['/proc', '/sys', '/dev'].some((root) => candidate === root || candidate.startsWith(`${root}/`))
}
