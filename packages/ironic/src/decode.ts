import type { AmphoraAddress, ReportedAmphora } from '@amphora/core'
import { own, textOf } from '@amphora/http'
import { inSeconds } from '@amphora/openstack'
import type { Sighting } from './sighting.ts'
import { statusOf, withoutQueries } from './status.ts'
import type { WirePort } from './wire.ts'

/** What is known beside Ironic. */
export interface Beside {
  /** Neutron's ports, by id. */
  readonly ports: ReadonlyMap<string, WirePort>
  /** Addresses by the name or the uuid of a node, from the options. */
  readonly addressOf: Readonly<Record<string, string>>
}

/** What bears our mark as an amphora. Pure and total. */
export function amphoraOf(sighting: Sighting, beside: Beside): ReportedAmphora {
  const { id, name = '', node, marks, allocation } = sighting
  const flavor = node?.resourceClass ?? allocation?.resourceClass
  const image = textOf(own(node?.instanceInfo, 'image_source'))
  const created = marks?.created === undefined ? allocation?.createdMs : Date.parse(marks.created)
  const createdAt = created === undefined ? undefined : inSeconds(created)
  return {
    id,
    name,
    type: 'BareMetal',
    status: statusOf(sighting),
    addresses: addressesOf(sighting, beside),
    ...(flavor === undefined ? {} : { flavor }),
    ...(image === undefined || marks === undefined ? {} : { imageId: withoutQueries(image) }),
    ...(createdAt === undefined ? {} : { createdAt }),
  }
}

/** In the order of the request: networks and then ports. */
function addressesOf({ node, marks }: Sighting, { ports, addressOf }: Beside): readonly AmphoraAddress[] {
  const found = [...(marks?.networks ?? []), ...(marks?.ports ?? [])].flatMap((id) => {
    const port = ports.get(id)
    return port === undefined ? [] : port.ips.map((ip) => addressOn(port, ip))
  })
  if (found.length > 0 || node === undefined) return found
  const given = own(addressOf, node.name ?? node.uuid) ?? own(addressOf, node.uuid)
  const ip = textOf(given)
  return ip === undefined ? [] : [{ ip, family: ip.includes(':') ? 6 : 4 }]
}

function addressOn({ id, networkId, mac }: WirePort, ip: string): AmphoraAddress {
  return {
    ip,
    family: ip.includes(':') ? 6 : 4,
    ...(networkId === undefined ? {} : { networkId }),
    portId: id,
    ...(mac === undefined ? {} : { mac }),
  }
}
