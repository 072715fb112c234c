import type { AmphoraAddress, AttachTarget } from '@amphora/core'
import { toAddress } from '../decode.ts'
import type { Backend } from '../world/backend.ts'
import type { Instance } from '../world/instance.ts'
import { isUnknownNetwork } from '../world/known.ts'
import type { Port } from '../world/networks.ts'
import { Refusal } from '../world/refusal.ts'

/** The address that the instance has there, from before or from now on: attaching twice is attaching once. */
export function attach(backend: Backend, instance: Instance, target: AttachTarget): AmphoraAddress {
  const attached = instance.ports.find((port) => isThere(port, target))
  if (attached !== undefined) return toAddress(attached)
  const port = portFor(backend, target)
  backend.attach(instance, port)
  return toAddress(port)
}

/** Nothing happens where the port is not attached. */
export function detach(backend: Backend, instance: Instance, portId: string): void {
  const port = instance.ports.find((candidate) => candidate.id === portId)
  if (port !== undefined) backend.detach(instance, port)
}

function isThere(port: Port, target: AttachTarget): boolean {
  if (target.portId !== undefined) return port.id === target.portId
  return port.networkId === target.networkId && (target.ipAddress === undefined || port.ip === target.ipAddress)
}

function portFor({ networks, laws }: Backend, target: AttachTarget): Port {
  if (target.portId !== undefined) return networks.use(target.portId)
  if (isUnknownNetwork(laws, target.networkId)) throw new Refusal('unknown-network')
  return networks.make(target.networkId, target.ipAddress)
}
