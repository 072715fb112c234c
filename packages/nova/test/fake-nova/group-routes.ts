import { at, isRecord, listAt, textAt, type JsonRecord, type Schema } from '@amphora/fake-openstack'
import { bodyOf, on, type Call, type Nova } from './call.ts'
import { demandSchema } from './checked.ts'
import { name } from './create-schema.ts'
import type { FakeGroup } from './hosts.ts'
import type { Microversion } from './microversion.ts'
import { refuse } from './refuse.ts'
import { limitOf } from './server-list.ts'

/** `os-server-groups`. From 2.64 on a group has one policy and its rules, before a list of policies. */
export function addGroupRoutes(nova: Nova): void {
  const { compute } = nova

  function theGroup({ identity }: Call, id: string): FakeGroup {
    const group = compute.groups.get(id)
    if (group === undefined || (group.projectId !== identity.project?.id && !identity.isAdmin)) {
      throw refuse(404, `Instance group ${id} could not be found.`)
    }
    return group
  }

  const mine = ({ identity }: Call): readonly FakeGroup[] =>
    [...compute.groups.values()].filter(({ projectId }) => projectId === identity.project?.id)

  on(nova, 'GET /v2.1/os-server-groups', (call) => {
    const offset = Number(call.request.query.get('offset') ?? 0)
    const page = mine(call).slice(offset, offset + limitOf(call.request.query, nova.maxLimit))
    return { json: { server_groups: page.map((group) => view(nova, call, group)) } }
  })
  on(nova, 'POST /v2.1/os-server-groups', (call) => {
    const body = bodyOf(call)
    demandSchema(body, groupSchema(call.version))
    const { serverGroups } = compute.quota
    if (serverGroups >= 0 && mine(call).length >= serverGroups) {
      throw refuse(403, 'Quota exceeded, too many server groups.')
    }
    const [first] = listAt(body, 'server_group', 'policies')
    const policy = textAt(body, 'server_group', 'policy') ?? String(first)
    const rules = at(body, 'server_group', 'rules')
    const given = isRecord(rules) ? rules : {}
    if (policy !== 'anti-affinity' && Object.keys(given).length > 0) {
      throw refuse(400, 'Only anti-affinity policy supports rules.')
    }
    const group = compute.addGroup({
      name: textAt(body, 'server_group', 'name') ?? '',
      policy,
      rules: given,
      projectId: call.identity.project?.id ?? '',
      userId: call.identity.userId,
    })
    return { json: { server_group: view(nova, call, group) } }
  })
  on(nova, 'GET /v2.1/os-server-groups/{id}', (call) => ({
    json: { server_group: view(nova, call, theGroup(call, call.request.params.id)) },
  }))
  on(nova, 'DELETE /v2.1/os-server-groups/{id}', (call) => {
    compute.groups.delete(theGroup(call, call.request.params.id).id)
    return { status: 204 }
  })
}

function view({ compute }: Nova, { version }: Call, group: FakeGroup): JsonRecord {
  const { id, policy, rules, projectId, userId } = group
  return {
    id,
    name: group.name,
    ...(version >= 64 ? { policy, rules } : { policies: [policy], metadata: {} }),
    members: [...group.members].filter((member) => compute.instance(member) !== undefined),
    ...(version >= 13 ? { project_id: projectId, user_id: userId } : {}),
  }
}

function groupSchema(version: Microversion): Schema {
  const soft = version >= 15 ? ['soft-anti-affinity', 'soft-affinity'] : []
  const policy: Schema = { type: 'string', enum: ['anti-affinity', 'affinity', ...soft] }
  const properties: Readonly<Record<string, Schema>> =
    version >= 64
      ? {
          name,
          policy,
          rules: {
            type: 'object',
            properties: { max_server_per_host: { type: ['integer', 'string'], pattern: '^[0-9]*$', minimum: 1 } },
            additionalProperties: false,
          },
        }
      : { name, policies: { type: 'array', items: policy, minItems: 1, maxItems: 1 } }
  return {
    type: 'object',
    properties: {
      server_group: {
        type: 'object',
        properties,
        required: ['name', version >= 64 ? 'policy' : 'policies'],
        additionalProperties: false,
      },
    },
    required: ['server_group'],
    additionalProperties: false,
  }
}
