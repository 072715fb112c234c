import type { ErrorCode } from '@amphora/core'
import type { Refusal } from '@amphora/openstack'

/** What was asked of Nova, in the words of the messages. */
export const STEPS = {
  create: 'create the server',
  show: 'show the server',
  list: 'list servers',
  remove: 'delete the server',
  suspend: 'suspend the server',
  resume: 'resume the server',
  interfaces: 'list the ports of the server',
  attach: 'attach a port to the server',
  detach: 'detach a port from the server',
  actions: 'list what was done to the server',
  groups: 'list server groups',
  group: 'show the server group',
  createGroup: 'create the server group',
  removeGroup: 'delete the server group',
  zones: 'list availability zones',
  flavors: 'list flavors',
  limits: 'show the limits of the project',
} as const

/** A step on Nova, in its words. */
export type Step = (typeof STEPS)[keyof typeof STEPS]

interface Row extends Explanation {
  readonly step: Step
  readonly status: number
  readonly says: RegExp
}

/** Refusals that share a status; only Nova's sentences tell them apart. Sentences of Nova 26 and, where noted, others. */
export const refusals: readonly Row[] = [
  row(STEPS.create, 403, /^Quota exceeded/, 'resource-exhausted', 'quota', 'the quota of the project is used up'),
  row(
    STEPS.create,
    403,
    /^Personality/,
    'invalid-argument',
    'files',
    'there are more or longer files than it takes, which counts them in base64',
  ),
  row(
    STEPS.create,
    403,
    /^Maximum number of ports/,
    'resource-exhausted',
    'port-quota',
    'the port quota of the project is used up',
  ),
  row(
    STEPS.create,
    400,
    /^Can not find requested image|^Image \S+ could not be found/,
    'not-found',
    'no-such-image',
    'there is no such image',
  ),
  row(STEPS.create, 400, /^Flavor .+ could not be found/, 'not-found', 'no-such-flavor', 'there is no such flavor'),
  row(STEPS.create, 400, /^Network .+ could not be found/, 'not-found', 'no-such-network', 'there is no such network'),
  row(STEPS.create, 400, /^Port id .+ could not be found/, 'not-found', 'no-such-port', 'there is no such port'),
  row(
    STEPS.create,
    400,
    // The first from older Novas; 26 hands Neutron's own sentence through.
    /^Security group .+ not found|^Unable to find security_group/,
    'not-found',
    'no-such-security-group',
    'there is no such security group',
  ),
  row(
    STEPS.create,
    400,
    /^Instance group .+ could not be found/,
    'not-found',
    'no-such-group',
    'there is no such placement group',
  ),
  row(
    STEPS.create,
    400,
    /^The requested availability zone is not available/,
    'not-found',
    'no-such-zone',
    'there is no such availability zone',
  ),
  row(
    STEPS.create,
    400,
    /^Invalid key_name provided/,
    'not-found',
    'no-such-key',
    'the key pair of the option keyName does not exist',
  ),
  row(
    STEPS.create,
    400,
    /^Flavor's disk is too small|^Flavor's memory is too small/,
    'invalid-argument',
    'flavor-too-small',
    'the flavor is too small for the image',
  ),
  row(
    STEPS.create,
    409,
    /^Port .+ is still in use/,
    'failed-precondition',
    'port-in-use',
    'a port is in use by another server',
  ),
  row(
    STEPS.create,
    409,
    /^Multiple possible networks/,
    'invalid-argument',
    'networks-needed',
    'there are several networks; name one',
  ),
  row(
    STEPS.attach,
    400,
    /^Port .+ is still in use/,
    'failed-precondition',
    'port-in-use',
    'the port is in use by another server',
  ),
  row(
    STEPS.attach,
    409,
    /^Port .+ is still in use/,
    'failed-precondition',
    'port-in-use',
    'the port is in use by another server',
  ),
  row(
    STEPS.attach,
    400,
    /^No more (?:IP addresses|available)|^No fixed IP addresses available/,
    'resource-exhausted',
    'no-address',
    'the network has no free address',
  ),
  row(STEPS.attach, 400, /PCI/, 'resource-exhausted', 'no-device', 'the host has no free device for the port'),
  row(
    STEPS.attach,
    400,
    /could not be found|not found/,
    'not-found',
    'no-such-network',
    'there is no such network or port',
  ),
  row(STEPS.attach, 404, /^(?:Network|Port) /, 'not-found', 'no-such-network', 'there is no such network or port'),
  // What Neutron refuses in a way that Nova does not expect is a 500 that names the class of the refusal.
  row(
    STEPS.attach,
    500,
    /nova\.exception\.InvalidInput/,
    'invalid-argument',
    'foreign-address',
    'the address is none of the network',
  ),
  row(
    STEPS.attach,
    403,
    /quota|Maximum number of ports/i,
    'resource-exhausted',
    'port-quota',
    'the port quota of the project is used up',
  ),
  row(
    STEPS.attach,
    409,
    /^Fixed IP (?:address )?\S+ is already in use/,
    'failed-precondition',
    'address-in-use',
    'the address is in use',
  ),
  row(
    STEPS.createGroup,
    403,
    /^Quota exceeded/,
    'resource-exhausted',
    'group-quota',
    'the quota of server groups is used up',
  ),
]

/** What a refusal of Nova means, where its status alone does not say. */
export function explainRefusal(refusal: Refusal): Explanation | undefined {
  const { step, status, word, said = '' } = refusal
  // A gateway without a Nova behind it says 404 too, and nothing is gone because of that.
  if (status === 404 && word !== 'itemNotFound') return NOT_NOVA
  return refusals.find((one) => one.status === status && one.step === step && one.says.test(said))
}

/** A refusal in our words. */
export interface Explanation {
  readonly code: ErrorCode
  readonly reason: string
  readonly message: string
}

const NOT_NOVA: Explanation = {
  code: 'unavailable',
  reason: 'nova/not-nova',
  message: 'something else answered 404 in its place; see whether Nova runs, and the endpoint in the catalogue',
}

function row(step: Step, status: number, says: RegExp, code: ErrorCode, reason: string, message: string): Row {
  return { step, status, says, code, reason: `nova/${reason}`, message }
}
