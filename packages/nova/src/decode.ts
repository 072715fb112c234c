import type { AmphoraAddress, ReportedAmphora } from '@amphora/core'
import { inSeconds } from '@amphora/openstack'
import type { NetworkIds } from './networks.ts'
import { MARKS, rankOf } from './ownership.ts'
import { statusOf } from './status.ts'
import type { WireInterface, WireServer } from './wire.ts'

/** What is known beside the server itself. */
export interface Beside {
  readonly networks: NetworkIds
  /** Its ports, where they were asked for. */
  readonly interfaces?: readonly WireInterface[] | undefined
  /** The action that failed, where Nova has no fault. */
  readonly failedAction?: string | undefined
}

/** A server of ours as an amphora. Pure and total. */
export function amphoraOf(server: WireServer, beside: Beside): ReportedAmphora {
  const { id, metadata, flavor, imageId, zone, created } = server
  return {
    id,
    name: metadata?.[MARKS.name] ?? server.name ?? '',
    type: 'VM',
    status: statusOf(server, beside.failedAction),
    addresses: addressesOf(server, beside),
    ...(flavor === undefined ? {} : { flavor }),
    ...(imageId === undefined ? {} : { imageId }),
    ...(zone === undefined ? {} : { availabilityZone: zone }),
    ...createdAt(created),
  }
}

/** What Nova has no more. */
export function goneAmphora(id: string, name: string): ReportedAmphora {
  return { id, name, type: 'VM', status: { state: 'deleted', raw: 'DELETED' }, addresses: [] }
}

/** In the order of the request; what was attached later, or came as a port, comes after in Nova's own order. */
function addressesOf(server: WireServer, { networks, interfaces }: Beside): readonly AmphoraAddress[] {
  const { addresses, metadata } = server
  const found = Object.entries(addresses).flatMap(([name, ips]) =>
    ips.map(({ ip, version, mac }) => {
      const port = interfaces?.find((one) => one.ips.includes(ip) && (mac === undefined || one.mac === mac))
      const networkId = port?.networkId ?? onlyOne(networks.get(name), metadata)
      const address: AmphoraAddress = {
        ip,
        family: version,
        ...(networkId === undefined ? {} : { networkId }),
        ...(port === undefined ? {} : { portId: port.portId }),
        ...(mac === undefined ? {} : { mac }),
      }
      return { address, rank: rankOf(networkId, metadata) }
    }),
  )
  return found.sort((a, b) => a.rank - b.rank).map(({ address }) => address)
}

/** The address that a port of a server has. */
export function addressOf({ networkId, portId, mac, ips }: WireInterface): AmphoraAddress | undefined {
  const [ip] = ips
  if (ip === undefined) return undefined
  return {
    ip,
    family: ip.includes(':') ? 6 : 4,
    portId,
    ...(networkId === undefined ? {} : { networkId }),
    ...(mac === undefined ? {} : { mac }),
  }
}

/** Where several networks go by one name, the one that the server was built with, if there is just one such. */
function onlyOne(
  ids: readonly string[] = [],
  metadata: Readonly<Record<string, string>> | undefined,
): string | undefined {
  if (ids.length === 1) return ids[0]
  const none = rankOf(undefined, metadata)
  const asked = ids.filter((id) => rankOf(id, metadata) < none)
  return asked.length === 1 ? asked[0] : undefined
}

function createdAt(created: string | undefined): Pick<ReportedAmphora, 'createdAt'> {
  const told = created === undefined ? undefined : inSeconds(Date.parse(created))
  return told === undefined ? {} : { createdAt: told }
}
