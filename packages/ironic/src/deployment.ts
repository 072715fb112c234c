import { AmphoraComputeError, type Clock } from '@amphora/core'
import { hasStatus, isAbsent, isRefused } from '@amphora/openstack'
import { configDrive, instanceInfo, type Plan } from './encode.ts'
import { beingBuilt, locked } from './errors.ts'
import type { Premises } from './give-up.ts'
import type { Leases } from './leases.ts'
import { STEPS } from './refusals.ts'
import { isDeployed } from './status.ts'
import { invalidNode, unfitFor, UnfitNode } from './unfit-node.ts'
import type { ConfigDrive, WireAllocation, WireNode } from './wire.ts'

export interface DeploymentOptions extends Premises {
  readonly leases: Leases
  readonly clock: Clock
}

/** A reservation that has its node. */
export interface Reserved {
  readonly allocation: WireAllocation
  readonly nodeUuid: string
  /** Some of this may have been done before. */
  readonly again: boolean
}

/** Before the next try on a node that somebody has locked just now, milliseconds. Most locks last for a moment. */
const LOCK_PAUSES_MS = [100, 300, 900]

/**
 * From a reserved node to one whose deployment is requested. Every step may be repeated.
 *
 * @throws {UnfitNode} where another node may do better. Nothing has been requested then, nor after any other refusal.
 */
export async function deploy(
  plan: Plan,
  { allocation, nodeUuid, again }: Reserved,
  options: DeploymentOptions,
  signal: AbortSignal,
): Promise<void> {
  const { client, ports } = options
  const { order } = plan
  const { uuid } = allocation
  const made = (await ports?.make(uuid, order.networkIds, again, signal)) ?? []
  const tagging = ports?.tag(uuid, made, signal)
  const prepared = await orUnfit(options, nodeUuid, uuid, signal, () =>
    client.patch(nodeUuid, instanceInfo(plan, allocation, made), STEPS.prepare, signal),
  )
  if (prepared.instanceUuid !== uuid) throw unfitFor(locked(), prepared, uuid)
  for (const port of [...made, ...order.portIds]) await attach(options, prepared, port, signal)
  const results = await orUnfit(options, nodeUuid, uuid, signal, () => client.validation(nodeUuid, signal))
  const invalid = invalidNode(results)
  if (invalid !== undefined) throw invalid
  const drive = await configDrive(order, uuid)
  await request(drive, uuid, nodeUuid, options, signal)
  await tagging
}

async function request(
  drive: ConfigDrive,
  uuid: string,
  nodeUuid: string,
  options: DeploymentOptions,
  signal: AbortSignal,
): Promise<void> {
  const { client, leases } = options
  const wasAsked = leases.isAsked(uuid)
  await orUnfit(options, nodeUuid, uuid, signal, async () => {
    // From here on nobody may take the reservation for abandoned.
    if (!leases.isIn(uuid)) throw beingBuilt()
    leases.note(uuid, true)
    try {
      await client.deploy(nodeUuid, drive, signal)
    } catch (thrown) {
      if (!isRefused(thrown)) throw thrown
      leases.note(uuid, wasAsked)
      const isOfNode = hasStatus(thrown, 400) || hasStatus(thrown, 409) || isAbsent(thrown)
      const node = isOfNode ? await client.node(nodeUuid, signal) : undefined
      // An earlier request of ours has come through.
      if (node?.instanceUuid === uuid && isDeployed(node.provisionState)) return
      throw hasStatus(thrown, 400) ? unfitFor(thrown, node, uuid) : thrown
    }
  })
}

async function attach(options: DeploymentOptions, node: WireNode, port: string, signal: AbortSignal): Promise<void> {
  const { client, clock } = options
  for (let tries = 0; ; tries += 1) {
    try {
      return await client.attachVif(node.uuid, port, signal)
    } catch (thrown) {
      if (hasStatus(thrown, 400)) throw noFreeCard(thrown)
      if (!hasStatus(thrown, 409)) throw thrown
      if ((await client.vifs(node.uuid, signal)).includes(port)) return
      const now = await client.node(node.uuid, signal)
      const isLocked = now?.reservation !== undefined
      const pause = LOCK_PAUSES_MS[tries]
      if (isLocked && pause === undefined) throw unfitFor(thrown, now, node.instanceUuid ?? '')
      // What had it locked may just be over, so only the second refusal is one of the port.
      if (!isLocked && tries > 0) throw portInUse(thrown)
      await clock.sleep(pause ?? 0, signal)
    }
  }
}

function noFreeCard({ cause }: AmphoraComputeError): UnfitNode {
  const options = { code: 'resource-exhausted', reason: 'ironic/no-free-card', cause } as const
  return new UnfitNode('the node has no network card left for a port', options)
}

function portInUse({ cause }: AmphoraComputeError): AmphoraComputeError {
  const options = { code: 'failed-precondition', reason: 'ironic/port-in-use', cause } as const
  return new AmphoraComputeError('a port is attached to another machine', options)
}

/** Tries again while the node is locked and still ours; what else Ironic has against the node makes it unfit. */
async function orUnfit<T>(
  { client, clock }: DeploymentOptions,
  nodeUuid: string,
  id: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work()
    } catch (thrown) {
      if (!hasStatus(thrown, 409) && !isAbsent(thrown)) throw thrown
      const node = await client.node(nodeUuid, signal)
      const isOurs = node?.instanceUuid === id && !isDeployed(node.provisionState) && !node.maintenance
      const pause = LOCK_PAUSES_MS[tries]
      if (!isOurs || pause === undefined || !hasStatus(thrown, 409)) throw unfitFor(thrown, node, id)
      await clock.sleep(pause, signal)
    }
  }
}
