import type { BuildOrder } from '@amphora/core'
import type { PlacedFile } from './archive.ts'
import { sizeOf } from './limits.ts'
import type { Settings } from './options.ts'
import { labelsOf, type Ownership } from './ownership.ts'
import { placedFiles } from './placed-files.ts'
import type { ConnectBody, CreateBody, HostConfig } from './wire.ts'

/** An order as a series of requests. */
export interface Plan {
  readonly name: string
  readonly body: CreateBody
  /** One archive for each folder; one in all, unless the root is read-only. */
  readonly archives: readonly { readonly directory: string; readonly files: readonly PlacedFile[] }[]
  /** Networks that are connected after creation, in this order. */
  readonly connects: readonly string[]
}

/** The environment variable that tells software inside where its user data lies. The data itself is never in it. */
const USER_DATA_VARIABLE = 'AMPHORA_USER_DATA'

export interface PlanOptions {
  readonly settings: Settings
  readonly ownership: Ownership
  /** Whether the engine takes several networks in one create: API 1.44 and newer. */
  readonly networksAtOnce: boolean
}

/** An order that `refuse` has nothing against, for the engine. Pure. */
export function planOf(order: BuildOrder, { settings, ownership, networksAtOnce }: PlanOptions): Plan {
  const networks = networksOf(order, settings)
  const { volumes, userDataPath } = settings
  return {
    name: ownership.engineName(order.name),
    body: {
      Image: order.imageId ?? '',
      Hostname: hostname(order.name),
      Env: order.userData === undefined ? [] : [`${USER_DATA_VARIABLE}=${userDataPath}`],
      Labels: labelsOf(order, networks, ownership.owner),
      ...(volumes.length === 0 ? {} : { Volumes: Object.fromEntries(volumes.map((volume) => [volume, {}])) }),
      HostConfig: hostConfig(order, networks[0], settings),
      ...(networksAtOnce && networks.length > 1
        ? { NetworkingConfig: { EndpointsConfig: Object.fromEntries(networks.map((network) => [network, {}])) } }
        : {}),
    },
    archives: archivesOf(placedFiles(order, settings), settings),
    connects: networksAtOnce ? [] : networks.slice(1),
  }
}

/** `POST /networks/{id}/connect`. */
export function connectBody(container: string, ipAddress?: string): ConnectBody {
  if (ipAddress === undefined) return { Container: container }
  const address = ipAddress.includes(':') ? { IPv6Address: ipAddress } : { IPv4Address: ipAddress }
  return { Container: container, EndpointConfig: { IPAMConfig: address } }
}

/** The networks in the order of the request. */
function networksOf({ networkIds }: BuildOrder, { network }: Settings): readonly string[] {
  if (networkIds.length > 0) return networkIds
  return network === undefined ? [] : [network]
}

function hostConfig(order: BuildOrder, firstNetwork: string | undefined, settings: Settings): HostConfig {
  const { vcpus, memoryMiB, storageGiB } = sizeOf(order, settings) ?? {}
  const memory = memoryMiB === undefined ? undefined : Math.round(memoryMiB * 2 ** 20)
  return {
    // Without it a stop soon after the start costs the whole grace period and ends in SIGKILL.
    Init: true,
    RestartPolicy: { Name: 'no' },
    CapDrop: ['ALL'],
    ...(settings.capAdd.length === 0 ? {} : { CapAdd: settings.capAdd }),
    SecurityOpt: ['no-new-privileges'],
    PidsLimit: 512,
    ...(settings.readonlyRootfs ? { ReadonlyRootfs: true as const } : {}),
    ...(vcpus === undefined ? {} : { NanoCpus: Math.round(vcpus * 1e9) }),
    ...(memory === undefined ? {} : { Memory: memory, MemorySwap: memory }),
    ...(storageGiB === undefined ? {} : { StorageOpt: { size: `${Math.ceil(storageGiB * 1024)}M` } }),
    ...(firstNetwork === undefined ? {} : { NetworkMode: firstNetwork }),
  }
}

/** A read-only root refuses an archive at `/` even where every file lies in a volume. */
function archivesOf(files: readonly PlacedFile[], { readonlyRootfs, volumes }: Settings): Plan['archives'] {
  if (files.length === 0) return []
  if (!readonlyRootfs) return [{ directory: '/', files }]
  const innermost = [...volumes].sort((a, b) => b.length - a.length)
  const directories = new Map<string, PlacedFile[]>()
  for (const file of files) {
    const directory = innermost.find((volume) => file.path.startsWith(`${volume}/`)) ?? '/'
    directories.set(directory, [...(directories.get(directory) ?? []), file])
  }
  return [...directories].map(([directory, within]) => ({ directory, files: within }))
}

/** The kernel takes 64 bytes (sethostname(2)); a DNS label 63, and no separator at its end. */
function hostname(name: string): string {
  return name.slice(0, 63).replace(/[^A-Za-z0-9]+$/, '')
}
