import { isRefused } from '@amphora/openstack'
import type { Client } from './client.ts'
import { NO_INSTANCE } from './encode.ts'
import { hasPorts, marksOf } from './ownership.ts'
import type { Ports } from './ports.ts'
import { STEPS } from './refusals.ts'
import type { WireAllocation, WireNode } from './wire.ts'

export interface Premises {
  readonly client: Client
  /** `undefined` where there is no Neutron. */
  readonly ports: Ports | undefined
}

/**
 * Gives up a reservation that was not deployed: what was prepared on its node is undone first, since freeing a node does
 * not wipe it. Ports that were made for it are deleted last.
 *
 * @throws {OpenStackError} `conflict` where the node is locked or has come to be deployed; then the reservation stays.
 */
export async function giveUp(
  { allocation, node }: { readonly allocation: WireAllocation; readonly node: WireNode | undefined },
  { client, ports }: Premises,
  signal: AbortSignal,
): Promise<void> {
  const { uuid: id } = allocation
  const marks = node?.instanceUuid === id ? marksOf(node) : undefined
  if (node !== undefined && marks !== undefined) {
    for (const vif of [...marks.networks, ...marks.ports]) {
      await client.detachVif(node.uuid, vif, signal).catch((thrown: unknown) => {
        // One that is not attached is 400.
        if (!isRefused(thrown)) throw thrown
      })
    }
    await client.patch(node.uuid, NO_INSTANCE, STEPS.release, signal)
  }
  await client.release(id, signal)
  if (hasPorts(allocation)) await ports?.removeOf(id, signal)
}
