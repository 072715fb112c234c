import type { AmphoraAddress, ReportedAmphora } from '@amphora/core'
import { LABELS } from './ownership.ts'
import { statusOf, statusOfRow } from './status.ts'
import type { WireContainer, WireEndpoint, WireRow } from './wire.ts'

/** A container of ours as an amphora. */
export function amphoraOf(container: WireContainer, now: number): ReportedAmphora {
  const { Id, Labels, Image, Networks, Created } = container
  return {
    ...identity(Id, Labels, Image),
    status: statusOf(container, now),
    addresses: addressesOf(Networks, Labels),
    ...createdAt(Created === undefined ? Number.NaN : Date.parse(Created)),
  }
}

/** The same of a row, where its words are enough; `undefined` where only an inspect can tell. */
export function amphoraOfRow(row: WireRow): ReportedAmphora | undefined {
  const status = statusOfRow(row)
  if (status === undefined) return undefined
  return {
    ...identity(row.Id, row.Labels, row.Image),
    status,
    addresses: addressesOf(row.Networks, row.Labels),
    ...createdAt((row.Created ?? Number.NaN) * 1000),
  }
}

/** A container that the engine has no more. */
export function goneAmphora(id: string, name: string): ReportedAmphora {
  return { id, name, type: 'Container', status: { state: 'deleted', raw: 'destroyed' }, addresses: [] }
}

/** In the order of the request. What was attached later comes after, by name. */
export function addressesOf(
  networks: Readonly<Record<string, WireEndpoint>>,
  labels: Readonly<Record<string, string>>,
): readonly AmphoraAddress[] {
  const asked = (labels[LABELS.networks] ?? '').split(',')
  const rank = ([name, { NetworkID }]: readonly [string, WireEndpoint]): number => {
    const at = asked.findIndex((one) => one === name || isIdOf(one, NetworkID))
    return at < 0 ? asked.length : at
  }
  return Object.entries(networks)
    .sort((a, b) => rank(a) - rank(b) || (a[0] < b[0] ? -1 : 1))
    .flatMap(([, endpoint]) => addressesAt(endpoint))
}

/** Whether a network goes by this name, this id, or this beginning of its id, all of which the engine takes. */
export function isNetwork(asked: string, name: string, id: string | undefined): boolean {
  return asked === name || isIdOf(asked, id)
}

function isIdOf(asked: string, id: string | undefined): boolean {
  return id !== undefined && /^[0-9a-f]{12,64}$/.test(asked) && id.startsWith(asked)
}

function addressesAt({ NetworkID, IPAddress, GlobalIPv6Address, MacAddress }: WireEndpoint): readonly AmphoraAddress[] {
  // A container has one endpoint on a network at most, so the network's id names the port too.
  const rest = {
    ...(NetworkID === undefined ? {} : { networkId: NetworkID, portId: NetworkID }),
    ...(MacAddress === undefined ? {} : { mac: MacAddress }),
  }
  return [
    ...(IPAddress === undefined ? [] : [{ ip: IPAddress, family: 4 as const, ...rest }]),
    ...(GlobalIPv6Address === undefined ? [] : [{ ip: GlobalIPv6Address, family: 6 as const, ...rest }]),
  ]
}

function identity(
  id: string,
  labels: Readonly<Record<string, string>>,
  image: string | undefined,
): Pick<ReportedAmphora, 'id' | 'name' | 'type' | 'flavor' | 'imageId'> {
  const flavor = labels[LABELS.flavor]
  return {
    id,
    name: labels[LABELS.name] ?? '',
    type: 'Container',
    ...(flavor === undefined ? {} : { flavor }),
    ...(image === undefined ? {} : { imageId: image }),
  }
}

/** To the second: a list tells no more, and one container has one date. */
function createdAt(ms: number): Pick<ReportedAmphora, 'createdAt'> {
  if (!Number.isFinite(ms) || ms <= 0 || ms > 8.64e15) return {}
  return { createdAt: `${new Date(ms).toISOString().slice(0, 19)}Z` }
}
