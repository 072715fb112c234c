import { AmphoraComputeError } from '@amphora/core'
import { hasStatus, oneLine } from '@amphora/openstack'
import { locked } from './errors.ts'
import type { WireNode, WireValidation } from './wire.ts'

/** A node that cannot take the deployment, where another may. */
export class UnfitNode extends AmphoraComputeError {}

/** The interfaces that a deployment needs (openstack/ironic, ironic/conductor/deployments.py); others may lack. */
const NEEDED: ReadonlySet<string> = new Set(['boot', 'deploy', 'management', 'network', 'power', 'storage'])

/** `undefined` where every interface that matters is fit. Their reasons are the operator's. */
export function invalidNode(results: readonly WireValidation[]): UnfitNode | undefined {
  const failing = results.filter(({ name, result }) => !result && NEEDED.has(name))
  if (failing.length === 0) return undefined
  const names = failing.map(({ name }) => name).join(', ')
  const reasons = failing.map(({ name, reason = 'no reason' }) => `${name}: ${oneLine(reason, 200)}`)
  return new UnfitNode(`the node does not validate; what fails: ${names}`, {
    code: 'failed-precondition',
    reason: 'ironic/validation',
    cause: new Error(reasons.join('; ')),
  })
}

/** What Ironic had against deploying it, by what it says of the node now. */
export function unfitFor(refused: AmphoraComputeError, node: WireNode | undefined, id: string): UnfitNode {
  const { cause } = refused
  if (node?.instanceUuid !== id) {
    const options = { code: 'conflict', reason: 'ironic/reservation-lost', cause } as const
    return new UnfitNode('the node is no longer reserved for it', options)
  }
  if (node.maintenance) {
    const options = { code: 'failed-precondition', reason: 'ironic/maintenance', cause } as const
    return new UnfitNode('the node has been put into maintenance', options)
  }
  if (node.reservation !== undefined || hasStatus(refused, 409)) {
    const { message, code, reason, retryAfterMs } = locked()
    return new UnfitNode(message, { code, reason, retryAfterMs, cause })
  }
  const options = { code: 'failed-precondition', reason: 'ironic/not-deployable', cause } as const
  return new UnfitNode('Ironic does not take the node for a deployment', options)
}
