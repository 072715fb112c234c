import type { JsonRecord } from '@amphora/fake-openstack'
import { on, type Call, type Nova } from './call.ts'
import type { FakeInstance, InstanceAction } from './instance.ts'
import { noInstance, refuse } from './refuse.ts'
import { instant } from './server-view.ts'

/** `os-instance-actions`; from 2.21 on those of deleted servers too. */
export function addActionLogRoutes(nova: Nova): void {
  const { compute } = nova

  function theOne({ identity, version }: Call, id: string): FakeInstance {
    const found = compute.all().find((instance) => instance.id === id && (instance.exists || version >= 21))
    const isSeen = identity.isAdmin || found?.projectId === identity.project?.id
    if (found === undefined || !isSeen) throw noInstance(id)
    return found
  }

  on(nova, 'GET /v2.1/servers/{id}/os-instance-actions', (call) => {
    const instance = theOne(call, call.request.params.id)
    return { json: { instanceActions: instance.actions.toReversed().map((action) => view(call, instance, action)) } }
  })
  on(nova, 'GET /v2.1/servers/{id}/os-instance-actions/{request}', (call) => {
    const { id, request } = call.request.params
    const instance = theOne(call, id)
    const action = instance.actions.find(({ requestId }) => requestId === request)
    if (action === undefined) throw refuse(404, `Action ${request} not found`)
    const events = call.version >= 51 || call.identity.isAdmin ? { events: [event(call, instance, action)] } : {}
    return { json: { instanceAction: { ...view(call, instance, action), ...events } } }
  })
}

function view({ version }: Call, { id }: FakeInstance, action: InstanceAction): JsonRecord {
  return {
    action: action.action,
    instance_uuid: id,
    request_id: action.requestId,
    user_id: action.userId,
    project_id: action.projectId,
    start_time: instant(action.startedAt),
    message: action.failed ? 'Error' : null,
    ...(version >= 58 ? { updated_at: instant(action.finishedAt ?? action.startedAt) } : {}),
  }
}

function event({ version }: Call, { hostId }: FakeInstance, action: InstanceAction): JsonRecord {
  const { finishedAt, failed } = action
  const verb = action.action === 'create' ? '_do_build_and_run_instance' : `${action.action}_instance`
  return {
    event: `compute_${verb}`,
    start_time: instant(action.startedAt),
    finish_time: instant(finishedAt),
    result: finishedAt === undefined ? null : failed ? 'Error' : 'Success',
    ...(version >= 62 ? { hostId } : {}),
  }
}
