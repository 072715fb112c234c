import { createFakeServer, type FakeServer } from '@amphora/conformance/fake-server'
import type { FakeClock } from '@amphora/conformance/fake-server'
import { Agenda } from '../toolkit/agenda.ts'
import type { FakeKeystone } from '../keystone/keystone.ts'
import { FakeNetwork, type FixedIp, type NewNetwork } from './network.ts'
import { NeutronRefusal, notFound } from './refusal.ts'
import { addNeutronRoutes } from './routes.ts'
import { FakePort, type PortSettings } from './port.ts'
import { securityGroup, type FakeSecurityGroup } from './security-group.ts'
import { systemClock } from '../toolkit/system-clock.ts'

export interface FakeNeutronOptions {
  readonly keystone: FakeKeystone
  readonly clock?: FakeClock
  /** What a cloud of several services is still going to do. Default: one of its own. */
  readonly agenda?: Agenda
  /** Default: `net1` of demo and `shared1` of admin, which all may use. */
  readonly networks?: readonly NewNetwork[]
  /** Groups beside `default` that every project has. Default: `sg1`. */
  readonly securityGroups?: readonly string[]
}

/** A port to be made by the fake's own hand. */
export interface NewPort extends Partial<PortSettings> {
  readonly networkId: string
  readonly projectId: string
  readonly macAddress?: string
  /** One of these addresses of the network in place of the next one. */
  readonly addresses?: readonly string[]
}

/** Neutron 21 as its clients see it: networks, ports, tags, security groups. */
export interface FakeNeutron extends AsyncDisposable {
  readonly server: FakeServer
  readonly url: string
  readonly agenda: Agenda
  /** How many of each there may be in a project; what is over is a 409 `OverQuota`. */
  readonly quota: { port: number }
  networks(): readonly FakeNetwork[]
  /** By id or name. */
  network(idOrName: string): FakeNetwork | undefined
  addNetwork(network: NewNetwork): FakeNetwork
  /** In the order in which they came. */
  ports(): readonly FakePort[]
  port(id: string): FakePort | undefined
  /** Those of a server or node. */
  portsOf(deviceId: string): readonly FakePort[]
  /** What a project sees, `default` first. */
  securityGroups(projectId: string): readonly FakeSecurityGroup[]
  /** Throws a `NeutronRefusal` where Neutron refuses. */
  createPort(port: NewPort): FakePort
  updatePort(port: FakePort, settings: Partial<PortSettings>): void
  deletePort(id: string): void
  /** From now on no network has an address left. */
  noAddresses: boolean
  /** An address of a network that nobody has; throws a `NeutronRefusal` for any other. */
  addressOf(network: FakeNetwork, address: string): FixedIp
  close(): Promise<void>
}

export async function createFakeNeutron(options: FakeNeutronOptions): Promise<FakeNeutron> {
  const { keystone } = options
  const clock = options.clock ?? systemClock
  const agenda = options.agenda ?? new Agenda(clock)
  const server = await createFakeServer({ clock })
  const networks = new Map<string, FakeNetwork>()
  const ports = new Map<string, FakePort>()
  const groups = new Map<string, readonly FakeSecurityGroup[]>()
  const groupNames = ['default', ...(options.securityGroups ?? ['sg1'])]

  const neutron: FakeNeutron = {
    server,
    url: server.url,
    agenda,
    quota: { port: Infinity },
    noAddresses: false,
    networks: () => [...networks.values()],
    network: (idOrName) => networks.get(idOrName) ?? neutron.networks().find(({ name }) => name === idOrName),
    addNetwork: (network) => {
      const usual = `10.${10 * (networks.size + 1)}`
      const made = new FakeNetwork(network, keystone.projectId(network.project ?? 'demo'), agenda.now(), usual)
      networks.set(made.id, made)
      return made
    },
    ports: () => {
      agenda.tick()
      return [...ports.values()]
    },
    port: (id) => {
      agenda.tick()
      return ports.get(id)
    },
    portsOf: (deviceId) => neutron.ports().filter(({ settings }) => settings.deviceId === deviceId),
    securityGroups: (projectId) => {
      const made = groups.get(projectId) ?? groupNames.map((name) => securityGroup(name, projectId, agenda.now()))
      groups.set(projectId, made)
      return made
    },
    createPort: ({ networkId, projectId, macAddress, addresses, ...settings }) => {
      const network = networks.get(networkId)
      if (network === undefined) throw notFound('Network', networkId)
      const used = [...ports.values()].filter((port) => port.projectId === projectId).length
      if (used >= neutron.quota.port) {
        throw new NeutronRefusal(409, 'OverQuota', "Quota exceeded for resources: ['port'].")
      }
      if (macAddress !== undefined && [...ports.values()].some((port) => port.macAddress === macAddress)) {
        const message = `Unable to complete operation for network ${networkId}. The mac address ${macAddress} is in use.`
        throw new NeutronRefusal(409, 'MacAddressInUse', message)
      }
      if (neutron.noAddresses && network.subnets.length > 0) {
        throw new NeutronRefusal(
          409,
          'IpAddressGenerationFailure',
          `No more IP addresses available on network ${networkId}.`,
        )
      }
      const [group] = neutron.securityGroups(projectId)
      const port = new FakePort(
        networkId,
        projectId,
        {
          ...usualSettings,
          fixedIps:
            addresses === undefined ? freeAddresses(network) : addresses.map((one) => neutron.addressOf(network, one)),
          securityGroups: group === undefined ? [] : [group.id],
          ...settings,
        },
        macAddress,
        agenda.now(),
      )
      ports.set(port.id, port)
      return port
    },
    updatePort: (port, settings) => {
      port.settings = { ...port.settings, ...settings }
      port.touched(agenda.now())
    },
    deletePort: (id) => {
      if (!ports.delete(id)) throw notFound('Port', id)
    },
    addressOf: (network, address) => {
      const subnet = network.subnetOf(address)
      if (subnet === undefined) {
        const message = `IP address ${address} is not a valid IP for any of the subnets on the specified network.`
        throw new NeutronRefusal(400, 'InvalidIpForNetwork', message)
      }
      if (isTaken(network, address)) {
        const message = `IP address ${address} already allocated in subnet ${subnet.id}`
        throw new NeutronRefusal(409, 'IpAddressAlreadyAllocated', message)
      }
      return { subnet_id: subnet.id, ip_address: address }
    },
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  }
  for (const network of options.networks ?? [{ name: 'net1' }, { name: 'shared1', project: 'admin', shared: true }]) {
    neutron.addNetwork(network)
  }

  function freeAddresses(network: FakeNetwork): readonly FixedIp[] {
    for (;;) {
      const fixedIps = network.nextAddresses()
      if (!fixedIps.some(({ ip_address: address }) => isTaken(network, address))) return fixedIps
    }
  }

  function isTaken(network: FakeNetwork, address: string): boolean {
    return [...ports.values()].some(
      ({ networkId, settings }) =>
        networkId === network.id && settings.fixedIps.some((fixedIp) => fixedIp.ip_address === address),
    )
  }

  addNeutronRoutes(neutron, keystone)
  return neutron
}

const usualSettings: Omit<PortSettings, 'fixedIps' | 'securityGroups'> = {
  name: '',
  description: '',
  deviceId: '',
  deviceOwner: '',
  adminStateUp: true,
  hostId: '',
  vnicType: 'normal',
  profile: {},
  extraDhcpOptions: [],
  allowedAddressPairs: [],
}
