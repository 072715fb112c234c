import { AmphoraComputeError, type AmphoraAddress, type AttachTarget } from '@amphora/core'
import { hasStatus, isAbsent, notFound, UUID } from '@amphora/openstack'
import type { Client } from './client.ts'
import { addressOf } from './decode.ts'
import { wrongState } from './errors.ts'
import { statusOf } from './status.ts'
import type { Networks } from './networks.ts'
import type { WireInterface, WireServer } from './wire.ts'

/** Where ports are attached, and who knows of networks. */
export interface Cloud {
  readonly client: Client
  readonly networks: Networks
}

/**
 * Attaches a port to a server of ours, or a new one on a network. What is attached already is the answer: a network is,
 * once a port of the server is on it.
 */
export async function attach(
  cloud: Cloud,
  server: WireServer,
  target: AttachTarget,
  signal: AbortSignal,
): Promise<AmphoraAddress> {
  for (const [field, id] of Object.entries({ networkId: target.networkId, portId: target.portId })) {
    if (id !== undefined && !UUID.test(id)) throw invalid(`${field} must be a UUID`)
  }
  const address = addressOf(await plugged(cloud, server, target, signal))
  if (address !== undefined) return address
  throw new AmphoraComputeError('it is attached, and the port has no address', {
    code: 'failed-precondition',
    reason: 'nova/no-address',
  })
}

async function plugged(
  cloud: Cloud,
  server: WireServer,
  target: AttachTarget,
  signal: AbortSignal,
): Promise<WireInterface> {
  const find = async (): Promise<WireInterface | undefined> =>
    (await cloud.client.interfaces(server.id, signal)).find((one) => isMeant(one, target))
  try {
    return (await find()) ?? (await made(cloud, server, target, find, signal))
  } catch (thrown) {
    throw explained(thrown, server)
  }
}

async function made(
  { client, networks }: Cloud,
  { id }: WireServer,
  target: AttachTarget,
  find: () => Promise<WireInterface | undefined>,
  signal: AbortSignal,
): Promise<WireInterface> {
  try {
    return await client.attach(id, attachmentOf(target), signal)
  } catch (thrown) {
    // Another attach of the same port may have been quicker.
    const isTaken = thrown instanceof AmphoraComputeError && thrown.reason === 'nova/port-in-use'
    const there = isTaken ? await find() : undefined
    if (there !== undefined) return there
    // To a network that is not there Nova answers 500.
    const { networkId } = target
    if (networkId === undefined || !hasStatus(thrown, 500)) throw thrown
    const [missing] = await networks.missing('networks', [networkId], signal)
    throw missing === undefined ? thrown : noSuchNetwork(thrown)
  }
}

function noSuchNetwork({ cause }: AmphoraComputeError): AmphoraComputeError {
  return new AmphoraComputeError('Nova would not attach a port to the server: there is no such network or port', {
    code: 'not-found',
    reason: 'nova/no-such-network',
    cause,
  })
}

/** Resolves when Nova has accepted it, and also where there is no such port on the server. */
export async function detach(client: Client, server: WireServer, portId: string, signal: AbortSignal): Promise<void> {
  if (!UUID.test(portId)) return
  try {
    await client.detach(server.id, portId, signal)
  } catch (thrown) {
    throw explained(thrown, server)
  }
}

/** A task that is under way is over in a moment; a lock, or a state in which nothing can be plugged, is not. */
function explained(thrown: unknown, server: WireServer): unknown {
  if (isAbsent(thrown) && thrown.reason === undefined) return notFound()
  if (!hasStatus(thrown, 409) || thrown.code !== 'conflict') return thrown
  const { state } = statusOf(server)
  if (server.locked) return wrongState(thrown, state, true)
  return state === 'active' || server.taskState !== undefined ? thrown : wrongState(thrown, state, false)
}

function attachmentOf({ networkId, portId, ipAddress }: AttachTarget): object {
  if (portId !== undefined) return { port_id: portId }
  return { net_id: networkId, ...(ipAddress === undefined ? {} : { fixed_ips: [{ ip_address: ipAddress }] }) }
}

function isMeant({ portId, networkId, ips }: WireInterface, target: AttachTarget): boolean {
  if (target.portId !== undefined) return portId === target.portId
  return networkId === target.networkId && (target.ipAddress === undefined || ips.includes(target.ipAddress))
}

function invalid(message: string): AmphoraComputeError {
  return new AmphoraComputeError(message, { code: 'invalid-argument', reason: 'nova/not-a-uuid' })
}
