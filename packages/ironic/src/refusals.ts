import type { Explanation, Refusal } from '@amphora/openstack'

/** What is asked of Ironic and of Neutron, in the words of the messages. */
export const STEPS = {
  reserve: 'reserve a node',
  reservation: 'show the reservation',
  reservations: 'list reservations',
  release: 'give the reservation up',
  node: 'show the node',
  nodes: 'list nodes',
  prepare: 'prepare the node',
  mark: 'mark the node',
  validate: 'validate the node',
  deploy: 'deploy the node',
  undeploy: 'undeploy the node',
  powerOn: 'power the node on',
  powerOff: 'power the node off',
  vifs: 'list the ports of the node',
  attach: 'attach a port to the node',
  detach: 'detach a port from the node',
  createPort: 'create a port',
  tagPort: 'tag the port',
  removePort: 'delete the port',
  ports: 'list ports',
} as const

/** A step on Ironic or Neutron, in its words. */
export type Step = (typeof STEPS)[keyof typeof STEPS]

/** What a refusal of Ironic means, where its status alone does not say. */
export function explainIronic({ step, status, word }: Refusal): Explanation | undefined {
  // Whatever stands before Ironic says 404 too, as does an Ironic that lacks the path, and nothing is gone because of it.
  if (status === 404 && word !== 'Client') return NOT_IRONIC
  if (status === 405) return { code: 'internal', reason: 'ironic/microversion' }
  if (status === 409) return { code: 'conflict', reason: 'ironic/busy', message: 'it is busy, or somebody else has it' }
  // The one thing that an undeploy of a node that we may see is forbidden for (openstack/ironic, NodeProtected).
  if (status === 403 && step === STEPS.undeploy) return PROTECTED
  return undefined
}

const NOT_IRONIC: Explanation = {
  code: 'unavailable',
  reason: 'ironic/not-ironic',
  message: 'something else answered 404 in its place; see whether Ironic runs, and the endpoint in the catalogue',
}

const PROTECTED: Explanation = {
  code: 'failed-precondition',
  reason: 'ironic/protected',
  message: 'we may not, or its operator has protected it',
}

/** What a refusal of Neutron means, where its status alone does not say. */
export function explainNeutron({ step, status, word }: Refusal): Explanation | undefined {
  if (status === 404 && word === undefined) {
    return { ...NOT_IRONIC, reason: 'ironic/not-neutron', message: 'something else answered 404 in its place' }
  }
  if (step !== STEPS.createPort) return undefined
  if (status === 404)
    return { code: 'not-found', reason: 'ironic/no-such-network', message: 'there is no such network' }
  if (status === 409 && word === 'OverQuota') {
    return {
      code: 'resource-exhausted',
      reason: 'ironic/port-quota',
      message: 'the port quota of the project is used up',
    }
  }
  if (status === 409 && word === 'IpAddressGenerationFailure') {
    return { code: 'resource-exhausted', reason: 'ironic/no-address', message: 'the network has no free address' }
  }
  return undefined
}
