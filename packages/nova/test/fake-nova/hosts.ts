import type { FakeFlavor } from './flavor.ts'

export interface FakeHost {
  readonly name: string
  readonly zone: string
  /** What of each it has. */
  readonly vcpus: number
  readonly ram: number
  readonly disk: number
  /** Every build on it is given up. */
  readonly abortsBuilds?: boolean
}

/** Two for anybody, one that is small and one on which nothing is built. */
export const usualHosts: readonly FakeHost[] = [
  { name: 'compute1', zone: 'nova', vcpus: 1000, ram: 800_000, disk: 600_000 },
  { name: 'compute2', zone: 'nova', vcpus: 1000, ram: 800_000, disk: 600_000 },
  { name: 'small1', zone: 'small', vcpus: 2, ram: 8192, disk: 1028 },
  { name: 'abort1', zone: 'abort', vcpus: 1000, ram: 800_000, disk: 600_000, abortsBuilds: true },
]

export interface FakeGroup {
  readonly id: string
  readonly name: string
  readonly policy: string
  readonly rules: Readonly<Record<string, unknown>>
  readonly projectId: string
  readonly userId: string
  /** Ids of servers, deleted ones included. */
  readonly members: Set<string>
}

/** Where something stands already. */
export interface Placed {
  readonly host: FakeHost
  readonly flavor: FakeFlavor
  readonly groupId: string | undefined
}

export interface PlaceRequest {
  readonly flavor: FakeFlavor
  readonly zone: string | undefined
  readonly hostName: string | undefined
  readonly group: FakeGroup | undefined
}

/** What the scheduler says: a host, or the reason that follows `No valid host was found. `. */
export function place(wanted: PlaceRequest, hosts: readonly FakeHost[], placed: readonly Placed[]): FakeHost | string {
  const zone = wanted.zone ?? 'nova'
  const roomy = hosts.filter(
    (host) =>
      (wanted.hostName === undefined ? host.zone === zone : host.name === wanted.hostName) &&
      fits(wanted.flavor, host, placed),
  )
  if (roomy.length === 0) return ''
  const load = (host: FakeHost): number => placed.filter((one) => one.host === host).length
  const inGroup = (host: FakeHost): number =>
    placed.filter((one) => one.host === host && wanted.group !== undefined && one.groupId === wanted.group.id).length
  const perHost = Number(wanted.group?.rules['max_server_per_host'] ?? 1)
  const allowed = roomy.filter((host) => {
    if (wanted.group?.policy === 'anti-affinity') return inGroup(host) < perHost
    if (wanted.group?.policy !== 'affinity') return true
    return inGroup(host) > 0 || hosts.every((other) => inGroup(other) === 0)
  })
  const weight = wanted.group?.policy === 'soft-affinity' ? -1 : 1
  const [best] = allowed.sort((a, b) => weight * (inGroup(a) - inGroup(b)) || load(a) - load(b))
  return best ?? 'There are not enough hosts available.'
}

const RESERVED_RAM = 512

/** Nova's ratios: 16 virtual processors for each, one and a half times the memory. */
function fits(flavor: FakeFlavor, host: FakeHost, placed: readonly Placed[]): boolean {
  const here = placed.filter((one) => one.host === host).map((one) => one.flavor)
  const used = (of: (flavor: FakeFlavor) => number): number => here.reduce((sum, one) => sum + of(one), 0)
  return (
    used(({ vcpus }) => vcpus) + flavor.vcpus <= host.vcpus * 16 &&
    flavor.vcpus <= host.vcpus &&
    used(({ ram }) => ram) + flavor.ram <= (host.ram - RESERVED_RAM) * 1.5 &&
    used(({ disk }) => disk) + flavor.disk <= host.disk
  )
}
