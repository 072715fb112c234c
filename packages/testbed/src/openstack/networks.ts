import * as v from 'valibot'
import type { Api } from './api.ts'
import { ensureNamed, listOf, oneOf } from './named.ts'

export interface Networks {
  readonly networks: Readonly<Record<NetworkName, string>>
  /** `sg1` of demo. */
  readonly securityGroup: string
}

const subnets = {
  net1: { name: 'subnet1', cidr: '10.10.0.0/16' },
  shared1: { name: 'shared-subnet1', cidr: '10.20.0.0/16' },
  shared2: { name: 'shared-subnet2', cidr: '10.30.0.0/16' },
} as const

export type NetworkName = keyof typeof subnets

const Subnets = v.object({ subnets: v.array(v.object({ network_id: v.string() })) })

/** `net1` of demo, `shared1` and `shared2` that everybody may use, and a security group `sg1` in each project. */
export async function ensureNetworks(admin: Api, demo: Api, log: (line: string) => void): Promise<Networks> {
  // The administrator sees the networks of every project, and others may have one of the same name.
  const own = async (owner: Api) =>
    listOf(
      await admin.call('neutron', `/v2.0/networks?project_id=${owner.projectId}&fields=id&fields=name`),
      'networks',
    )
  const present = [await own(demo), await own(admin)].flat()
  const network = (name: NetworkName) => ensureNamed(name, present, () => makeNetwork(name))
  const makeNetwork = async (name: NetworkName) => {
    const body = { network: { name, ...(name === 'net1' ? {} : { shared: true }) } }
    const owner = name === 'net1' ? demo : admin
    log(`made network ${name}`)
    return oneOf(await owner.call('neutron', '/v2.0/networks', { method: 'POST', body }), 'network')
  }
  const networks = {
    net1: await network('net1'),
    shared1: await network('shared1'),
    shared2: await network('shared2'),
  }
  await ensureSubnets(admin, demo, networks)
  const [securityGroup] = await Promise.all([ensureSecurityGroup(demo, log), ensureSecurityGroup(admin, log)])
  return { networks, securityGroup }
}

async function ensureSubnets(admin: Api, demo: Api, networks: Networks['networks']): Promise<void> {
  const present = v.parse(Subnets, await admin.call('neutron', '/v2.0/subnets?fields=network_id'))
  const served = new Set(present.subnets.map(({ network_id: id }) => id))
  for (const [owner, network] of [[demo, 'net1'] as const, [admin, 'shared1'] as const, [admin, 'shared2'] as const]) {
    if (served.has(networks[network])) continue
    const body = { subnet: { ...subnets[network], network_id: networks[network], ip_version: 4, enable_dhcp: false } }
    await owner.call('neutron', '/v2.0/subnets', { method: 'POST', body })
  }
}

/** A group that lets SSH in. */
async function ensureSecurityGroup(owner: Api, log: (line: string) => void): Promise<string> {
  const path = `/v2.0/security-groups?project_id=${owner.projectId}&fields=id&fields=name`
  const present = listOf(await owner.call('neutron', path), 'security_groups')
  return ensureNamed('sg1', present, async (name) => {
    const body = { security_group: { name } }
    const made = oneOf(await owner.call('neutron', '/v2.0/security-groups', { method: 'POST', body }), 'security_group')
    const rule = {
      security_group_id: made.id,
      direction: 'ingress',
      protocol: 'tcp',
      port_range_min: 22,
      port_range_max: 22,
    }
    await owner.call('neutron', '/v2.0/security-group-rules', { method: 'POST', body: { security_group_rule: rule } })
    log(`made security group ${name}`)
    return made
  })
}
