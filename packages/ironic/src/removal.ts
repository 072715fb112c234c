import type { Logger } from '@amphora/core'
import { hasStatus } from '@amphora/openstack'
import { beingBuilt, locked } from './errors.ts'
import { giveUp, type Premises } from './give-up.ts'
import type { Leases } from './leases.ts'
import type { Sighting } from './sighting.ts'
import { isDeployed } from './status.ts'
import type { Whereabouts } from './whereabouts.ts'
import type { WireNode } from './wire.ts'

export interface RemovalOptions extends Premises {
  readonly leases: Leases
  readonly whereabouts: Whereabouts
}

/** Removes what is ours. Resolves once Ironic has accepted it, or where somebody else has been faster. */
export async function remove(
  sighting: Sighting,
  options: RemovalOptions,
  call: { readonly signal: AbortSignal; readonly logger: Logger },
): Promise<void> {
  const { id, node, marks } = sighting
  if (node === undefined || !isDeployed(node.provisionState)) return removeReservation(sighting, options, call.signal)
  if (node.provisionState !== 'deleting') await undeploy(id, node, options, call.signal)
  if (marks === undefined || marks.networks.length > 0) await removePorts(id, options, call)
}

/**
 * Ports that were made for it. Ironic lets go of them and does not delete them; where Neutron does not do it now, the
 * next delete of the id does.
 */
export async function removePorts(
  id: string,
  { ports }: Premises,
  { signal, logger }: { readonly signal: AbortSignal; readonly logger: Logger },
): Promise<void> {
  try {
    await ports?.removeOf(id, signal)
  } catch {
    signal.throwIfAborted()
    logger.warn({ amphoraId: id, reason: 'ironic/ports-left' }, 'ports that were made for it could not be deleted')
  }
}

/** It was reserved, and not deployed yet. */
async function removeReservation(sighting: Sighting, options: RemovalOptions, signal: AbortSignal): Promise<void> {
  const { id, node } = sighting
  const { client, leases } = options
  const found = await client.allocation(id, signal)
  if (found === undefined) return
  const { allocation, dateMs } = found
  const isHarmless = allocation.state === 'error' || leases.mayRemove(allocation, dateMs)
  if (!isHarmless) throw beingBuilt()
  try {
    await giveUp({ allocation, node }, options, signal)
  } catch (thrown) {
    throw hasStatus(thrown, 409) ? locked(thrown) : thrown
  }
}

/** A refusal is looked into: somebody else may have removed it meanwhile, or a conductor is at work on it. */
async function undeploy(
  id: string,
  node: WireNode,
  { client, whereabouts }: RemovalOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.undeploy(node.uuid, signal)
  } catch (thrown) {
    if (!hasStatus(thrown, 409) && !hasStatus(thrown, 400)) throw thrown
    const now = await whereabouts.look(id, signal)
    if (now?.node === undefined || now.node.provisionState === 'deleting') return
    throw locked(thrown)
  }
}
