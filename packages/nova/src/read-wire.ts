import { listOf, numberOf, own, recordOf, textOf } from '@amphora/http'
import { fixedIps, uuidAt } from '@amphora/openstack'
import type { WireAddress, WireFlavor, WireGroup, WireInterface, WireServer } from './wire.ts'

/** `undefined` where this is no server: whatever else is missing, the id is there. */
export function readServer(json: unknown): WireServer | undefined {
  const id = uuidAt(json, 'id')
  if (id === undefined) return undefined
  return {
    id,
    name: textOf(own(json, 'name')),
    status: textOf(own(json, 'status')),
    taskState: textOf(own(json, 'OS-EXT-STS:task_state')),
    vmState: textOf(own(json, 'OS-EXT-STS:vm_state')),
    powerState: numberOf(own(json, 'OS-EXT-STS:power_state')),
    created: textOf(own(json, 'created')),
    metadata: readTexts(own(json, 'metadata')),
    description: textOf(own(json, 'description')),
    flavor: readFlavorOf(own(json, 'flavor')),
    imageId: textOf(own(own(json, 'image'), 'id')),
    zone: textOf(own(json, 'OS-EXT-AZ:availability_zone')),
    addresses: readAddresses(own(json, 'addresses')),
    fault: textOf(own(own(json, 'fault'), 'message')),
    locked: own(json, 'locked') === true,
  }
}

export function readInterface(json: unknown): WireInterface | undefined {
  const portId = textOf(own(json, 'port_id'))
  if (portId === undefined) return undefined
  return {
    portId,
    networkId: textOf(own(json, 'net_id')),
    mac: textOf(own(json, 'mac_addr')),
    ips: fixedIps(json),
  }
}

export function readFlavor(json: unknown): WireFlavor | undefined {
  const id = textOf(own(json, 'id'))
  const name = textOf(own(json, 'name'))
  const vcpus = numberOf(own(json, 'vcpus'))
  const memoryMiB = numberOf(own(json, 'ram'))
  const storageGiB = numberOf(own(json, 'disk'))
  if (id === undefined || name === undefined) return undefined
  if (vcpus === undefined || memoryMiB === undefined || storageGiB === undefined) return undefined
  return {
    id,
    name,
    vcpus,
    memoryMiB,
    storageGiB,
    disabled: own(json, 'OS-FLV-DISABLED:disabled') === true,
    hasExtraSpecs: Object.keys(recordOf(own(json, 'extra_specs')) ?? {}).length > 0,
  }
}

export function readGroup(json: unknown): WireGroup | undefined {
  const id = uuidAt(json, 'id')
  const name = textOf(own(json, 'name'))
  if (id === undefined || name === undefined) return undefined
  // One `policy` from 2.64 on, a list of one before.
  const policy = textOf(own(json, 'policy')) ?? textOf(listOf(own(json, 'policies'))?.[0])
  return { id, name, policy }
}

function readFlavorOf(flavor: unknown): string | undefined {
  return textOf(own(flavor, 'original_name')) ?? textOf(own(flavor, 'id'))
}

function readTexts(json: unknown): Readonly<Record<string, string>> | undefined {
  const record = recordOf(json)
  if (record === undefined) return undefined
  const texts: Record<string, string> = {}
  for (const [key, value] of Object.entries(record)) if (typeof value === 'string') texts[key] = value
  return texts
}

function readAddresses(json: unknown): Readonly<Record<string, readonly WireAddress[]>> {
  const networks: Record<string, readonly WireAddress[]> = {}
  for (const [network, addresses] of Object.entries(recordOf(json) ?? {})) {
    networks[network] = (listOf(addresses) ?? []).map(readAddress).filter((one) => one !== undefined)
  }
  return networks
}

function readAddress(json: unknown): WireAddress | undefined {
  const ip = textOf(own(json, 'addr'))
  const version = own(json, 'version')
  if (ip === undefined || (version !== 4 && version !== 6)) return undefined
  return { ip, version, mac: textOf(own(json, 'OS-EXT-IPS-MAC:mac_addr')) }
}
