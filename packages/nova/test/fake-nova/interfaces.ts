import { isRecord, listAt, NeutronRefusal, textAt, type FakePort, type JsonRecord } from '@amphora/fake-openstack'
import { bodyOf, demandState, demandUnlocked, on, theInstance, type Call, type Nova } from './call.ts'
import { demandSchema } from './checked.ts'
import { theOnlyNetwork, usable } from './create-networks.ts'
import { tag, uuid } from './create-schema.ts'
import type { FakeInstance, WantedNic } from './instance.ts'
import { refuse, unexpected } from './refuse.ts'

const PLUGGABLE = ['active', 'paused', 'stopped']

/** `os-interface` of a server. */
export function addInterfaceRoutes(nova: Nova): void {
  const { compute } = nova
  const { neutron } = compute

  on(nova, 'GET /v2.1/servers/{id}/os-interface', (call) => {
    const instance = theInstance(nova, call, call.request.params.id)
    return { json: { interfaceAttachments: neutron.portsOf(instance.id).map((port) => view(port, call)) } }
  })
  on(nova, 'GET /v2.1/servers/{id}/os-interface/{port}', (call) => {
    const { id, port: portId } = call.request.params
    theInstance(nova, call, id)
    const port = neutron.port(portId)
    if (port === undefined) throw noPort(portId)
    if (port.settings.deviceId !== id) throw refuse(404, `Instance ${id} does not have a port with id ${portId}`)
    return { json: { interfaceAttachment: view(port, call) } }
  })
  on(nova, 'POST /v2.1/servers/{id}/os-interface', (call) => {
    const body = bodyOf(call)
    demandSchema(body, attachSchema)
    const instance = theInstance(nova, call, call.request.params.id)
    const { net_id: networkId, port_id: portId, fixed_ips: fixedIps } = attachmentIn(body)
    if (networkId !== undefined && portId !== undefined) {
      throw refuse(400, 'Must not input both network_id and port_id')
    }
    if (fixedIps !== undefined && networkId === undefined) {
      throw refuse(400, 'Must input network_id when request IP address')
    }
    demandUnlocked(instance, call)
    demandState(instance, 'attach_interface', PLUGGABLE)
    const action = compute.record(instance, 'attach_interface', call)
    try {
      const made = plug(call, instance, { networkId, portId, fixedIp: fixedIps })
      compute.finish(action)
      return { json: { interfaceAttachment: view(made, call) } }
    } catch (error) {
      compute.finish(action, true)
      throw error
    }
  })
  on(nova, 'DELETE /v2.1/servers/{id}/os-interface/{port}', (call) => {
    const { id, port } = call.request.params
    const instance = theInstance(nova, call, id)
    demandUnlocked(instance, call)
    demandState(instance, 'detach_interface', PLUGGABLE)
    const action = compute.record(instance, 'detach_interface', call)
    compute.detach(instance, port, (found) => compute.finish(action, !found))
    return { status: 202 }
  })

  function plug(
    call: Call,
    instance: FakeInstance,
    { networkId, portId, fixedIp }: Readonly<Record<keyof WantedNic, string | undefined>>,
  ): FakePort {
    const port = portId === undefined ? undefined : neutron.port(portId)
    if (portId !== undefined) {
      if (port === undefined) throw noPort(portId)
      if (port.settings.deviceId !== '') throw refuse(409, `Port ${portId} is still in use.`)
    }
    if (networkId !== undefined && usable(nova, call).every(({ id }) => id !== networkId)) {
      throw unexpected('oslo_messaging.rpc.client.RemoteError')
    }
    const [only] = networkId === undefined && portId === undefined ? theOnlyNetwork(nova, call, 400) : []
    const nic: WantedNic = {
      ...only,
      ...(networkId === undefined ? {} : { networkId }),
      ...(portId === undefined ? {} : { portId }),
      ...(fixedIp === undefined ? {} : { fixedIp }),
    }
    try {
      const made = neutron.port(compute.attach(instance, nic))
      if (made !== undefined) return made
      throw noPort(portId ?? '')
    } catch (error) {
      throw error instanceof NeutronRefusal ? translated(error, networkId ?? '', fixedIp ?? '') : error
    }
  }
}

/** What Nova makes of Neutron's refusals. */
function translated({ type, said }: NeutronRefusal, networkId: string, fixedIp: string): Error {
  if (type === 'IpAddressAlreadyAllocated') return refuse(409, `Fixed IP ${fixedIp} is already in use.`)
  if (type === 'IpAddressGenerationFailure') {
    return refuse(400, `No fixed IP addresses available for network: ${networkId}`)
  }
  if (type === 'OverQuota') return refuse(403, 'Maximum number of ports exceeded')
  if (type === 'InvalidIpForNetwork') return unexpected('nova.exception.InvalidInput')
  return refuse(500, said)
}

function noPort(id: string): Error {
  return refuse(404, `Port id ${id} could not be found.`)
}

function attachmentIn(body: unknown): Readonly<Record<'net_id' | 'port_id' | 'fixed_ips', string | undefined>> {
  const [first] = listAt(body, 'interfaceAttachment', 'fixed_ips')
  return {
    net_id: textAt(body, 'interfaceAttachment', 'net_id'),
    port_id: textAt(body, 'interfaceAttachment', 'port_id'),
    fixed_ips: isRecord(first) ? textAt(first, 'ip_address') : undefined,
  }
}

function view(port: FakePort, { version }: Call): JsonRecord {
  return {
    net_id: port.networkId,
    port_id: port.id,
    mac_addr: port.macAddress,
    port_state: port.status,
    fixed_ips: port.settings.fixedIps,
    ...(version >= 70 ? { tag: null } : {}),
  }
}

const attachSchema = {
  type: 'object',
  properties: {
    interfaceAttachment: {
      type: 'object',
      properties: {
        net_id: uuid,
        port_id: uuid,
        fixed_ips: {
          type: 'array',
          minItems: 1,
          maxItems: 1,
          items: {
            type: 'object',
            properties: { ip_address: { type: 'string' } },
            required: ['ip_address'],
            additionalProperties: false,
          },
        },
        tag,
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
} as const
