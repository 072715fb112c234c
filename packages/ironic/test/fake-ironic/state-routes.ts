import { isRecord, textAt, type JsonRecord } from '@amphora/fake-openstack'
import { bodyOf, on, theNode, type Ironic } from './call.ts'
import type { FakeNode } from './node.ts'
import { refuse, refusePlainly } from './refuse.ts'
import { instant } from './views.ts'

/** The JSON form of a config drive came with 1.56, its vendor data with 1.59, soft power off with 1.27. */
const JSON_DRIVE = 56
const VENDOR_DATA = 59
const SOFT_POWER = 27
const DRIVE_FIELDS: ReadonlySet<string> = new Set(['meta_data', 'network_data', 'user_data', 'vendor_data'])

/** States, power, VIFs and validation of nodes. */
export function addStateRoutes(ironic: Ironic): void {
  const { conductor, url } = ironic
  const below = (ident: string): { readonly location: string } => ({ location: `${url}/v1/nodes/${ident}/states` })

  on(ironic, 'GET /v1/nodes/{ident}/states', (call) => ({
    json: states(theNode(ironic, call, call.request.params.ident)),
  }))
  on(ironic, 'PUT /v1/nodes/{ident}/states/provision', (call) => {
    const { ident } = call.request.params
    const body = bodyOf(call)
    const node = theNode(ironic, call, ident)
    const drive = body['configdrive']
    const checked = isRecord(drive) ? driveOf(drive, call.minor) : typeof drive === 'string' ? drive : undefined
    conductor.provision(node, textAt(body, 'target') ?? '', checked)
    return { status: 202, headers: below(ident) }
  })
  on(ironic, 'PUT /v1/nodes/{ident}/states/power', (call) => {
    const { ident } = call.request.params
    const body = bodyOf(call)
    const node = theNode(ironic, call, ident)
    const target = textAt(body, 'target') ?? ''
    if ((target.startsWith('soft') || body['timeout'] !== undefined) && call.minor < SOFT_POWER) {
      throw refusePlainly(406, 'Not Acceptable', 'Request not acceptable.', true)
    }
    if (target.startsWith('soft') && node.driverInfo['fake_no_soft_power'] === true) {
      throw refuse(400, `The driver fake-hardware does not support the power state, ${target}`)
    }
    conductor.power(node, ident, target)
    return { status: 202, headers: below(ident) }
  })
  on(ironic, 'GET /v1/nodes/{ident}/validate', (call) => ({
    json: conductor.validation(theNode(ironic, call, call.request.params.ident)),
  }))
  on(ironic, 'GET /v1/nodes/{ident}/vifs', (call) => ({
    json: { vifs: theNode(ironic, call, call.request.params.ident).vifs.map((id) => ({ id })) },
  }))
  on(ironic, 'POST /v1/nodes/{ident}/vifs', (call) => {
    const node = theNode(ironic, call, call.request.params.ident)
    const id = textAt(bodyOf(call), 'id') ?? ''
    conductor.demandUnlocked(node)
    if (node.networkInterface === 'noop') return { status: 204 }
    const holder = conductor.nodes().find((one) => one.vifs.includes(id))
    if (holder !== undefined) {
      throw refuse(409, `Unable to attach VIF because VIF ${id} is already attached to Ironic Port ${holder.uuid}`)
    }
    if (node.vifs.length >= node.cards) {
      throw refuse(400, `Unable to attach VIF ${id}, not enough free physical ports.`)
    }
    node.vifs.push(id)
    return { status: 204 }
  })
  on(ironic, 'DELETE /v1/nodes/{ident}/vifs/{id}', (call) => {
    const { ident, id } = call.request.params
    const node = theNode(ironic, call, ident)
    conductor.demandUnlocked(node)
    if (node.networkInterface === 'noop') return { status: 204 }
    const at = node.vifs.indexOf(id)
    if (at < 0) throw refuse(400, `Unable to detach VIF ${id} from node ${node.uuid} because it is not attached to it.`)
    node.vifs.splice(at, 1)
    return { status: 204 }
  })
}

function states(node: FakeNode): JsonRecord {
  return {
    console_enabled: false,
    last_error: node.lastError,
    power_state: node.powerState,
    provision_state: node.provisionState,
    target_power_state: node.targetPowerState,
    target_provision_state: node.targetProvisionState,
    provision_updated_at: instant(node.provisionUpdatedAt),
    raid_config: {},
    target_raid_config: {},
    boot_mode: null,
    secure_boot: null,
  }
}

function driveOf(drive: JsonRecord, minor: number): JsonRecord {
  const strange = Object.keys(drive).find((key) => !DRIVE_FIELDS.has(key))
  if (strange !== undefined) {
    throw refuse(400, `Invalid configdrive format: Additional properties are not allowed ('${strange}' was unexpected)`)
  }
  const since = minor < JSON_DRIVE ? JSON_DRIVE : VENDOR_DATA
  if (minor < JSON_DRIVE) {
    throw refuse(400, `Providing a JSON object for configdrive is only supported starting with API version 1.${since}`)
  }
  if (minor < VENDOR_DATA && Object.hasOwn(drive, 'vendor_data')) {
    throw refuse(400, `Providing vendor_data in configdrive is only supported starting with API version 1.${since}`)
  }
  return drive
}
