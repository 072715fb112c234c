import { uuidOf } from '../toolkit/ids.ts'
import type { JsonRecord } from '../toolkit/json.ts'

export interface FakeSecurityGroup {
  readonly id: string
  readonly name: string
  readonly document: JsonRecord
}

/** A group of a project with the rules that Neutron gives a new one: everything may leave. */
export function securityGroup(name: string, projectId: string, now: number): FakeSecurityGroup {
  const id = uuidOf(`security group ${name} ${projectId}`)
  const date = `${new Date(now).toISOString().slice(0, 19)}Z`
  const dates = { tags: [], created_at: date, updated_at: date }
  const rule = (ethertype: string, direction: string, number: number): JsonRecord => ({
    id: uuidOf(`rule ${id} ${ethertype} ${direction}`),
    tenant_id: projectId,
    security_group_id: id,
    ethertype,
    direction,
    protocol: null,
    port_range_min: null,
    port_range_max: null,
    remote_ip_prefix: null,
    remote_address_group_id: null,
    normalized_cidr: null,
    remote_group_id: direction === 'ingress' ? id : null,
    standard_attr_id: number,
    description: null,
    ...dates,
    revision_number: 0,
    project_id: projectId,
  })
  const rules = [rule('IPv4', 'egress', 1), rule('IPv6', 'egress', 2)]
  const isDefault = name === 'default'
  return {
    id,
    name,
    document: {
      id,
      name,
      stateful: true,
      tenant_id: projectId,
      description: isDefault ? 'Default security group' : '',
      shared: false,
      security_group_rules: isDefault ? [...rules, rule('IPv4', 'ingress', 3), rule('IPv6', 'ingress', 4)] : rules,
      ...dates,
      revision_number: 1,
      project_id: projectId,
    },
  }
}
