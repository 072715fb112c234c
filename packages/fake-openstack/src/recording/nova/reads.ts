import { listAt, textAt } from '../../toolkit/json.ts'
import { NOSUCH, type NovaSession } from './session.ts'

/** Lists, details and the end of the server whose life was recorded. */
export async function recordReads(session: NovaSession, id: string): Promise<void> {
  await recordDetails(session, id)
  await recordLists(session)
  await recordStrangers(session, id)
  await recordDelete(session, id)
}

async function recordDetails(session: NovaSession, id: string): Promise<void> {
  const { nova } = session
  const { body } = await session.get('instance-actions', `/servers/${id}/os-instance-actions`)
  const request = textAt(listAt(body, 'instanceActions').at(-1), 'request_id') ?? ''
  await session.get('instance-actions-2.57', `/servers/${id}/os-instance-actions`, '2.57')
  await session.get('instance-action', `/servers/${id}/os-instance-actions/${request}`)
  await session.get('instance-action-404', `/servers/${id}/os-instance-actions/req-${NOSUCH}`)
  await session.get('instance-actions-404', `/servers/${NOSUCH}/os-instance-actions`)
  const send = async (name: string, target: `${string} /${string}`, given?: object): Promise<void> => {
    const [method = '', path = ''] = target.split(' ')
    await nova.send(name, `${method} /v2.1/servers/${id}${path}`, {
      version: '2.79',
      ...(given === undefined ? {} : { body: given }),
    })
  }
  await send('metadata-post', 'POST /metadata', { metadata: { a: 'b' } })
  await send('metadata-get', 'GET /metadata')
  await send('metadata-item', 'GET /metadata/a')
  await send('metadata-item-404', 'GET /metadata/nosuch')
  await send('metadata-item-put', 'PUT /metadata/a', { meta: { a: 'c' } })
  await send('metadata-item-mismatch-400', 'PUT /metadata/a', { meta: { b: 'c' } })
  await send('metadata-bad-400', 'PUT /metadata', { metadata: { 'a/b': 'c' } })
  await send('metadata-put', 'PUT /metadata', { metadata: { k: 'v', d: 'e' } })
  await send('metadata-item-delete', 'DELETE /metadata/d')
  await send('metadata-item-delete-404', 'DELETE /metadata/d')
  await send('tags-get', 'GET /tags')
  await send('tags-put', 'PUT /tags', { tags: ['x'] })
  await send('tags-put-bad-400', 'PUT /tags', { tags: ['a,b'] })
  await send('tag-put', 'PUT /tags/y')
  await send('tag-put-again', 'PUT /tags/y')
  await send('tag-get', 'GET /tags/y')
  await send('tag-delete', 'DELETE /tags/y')
  await send('tag-delete-404', 'DELETE /tags/y')
  await send('tag-get-404', 'GET /tags/y')
  await session.get('tags-2.25-404', `/servers/${id}/tags`, '2.25')
  await session.get('tags-404', `/servers/${NOSUCH}/tags`)
}

async function recordLists(session: NovaSession): Promise<void> {
  await session.get('list-short', '/servers')
  await session.get('list-detail-2.1', '/servers/detail?name=^cap$', '2.1')
  await session.get('list-detail-limit', '/servers/detail?limit=1')
  await session.get('list-limit-0', '/servers/detail?limit=0')
  await session.get('list-tags', '/servers/detail?tags=x')
  await session.get('list-tags-2.25', '/servers/detail?tags=nosuch', '2.25')
  await session.get('list-tags-none', '/servers/detail?tags=nosuch')
  await session.get('list-not-tags', '/servers/detail?not-tags=x&limit=1')
  await session.get('list-name', '/servers/detail?name=^c[a]p$&limit=1')
  await session.get('list-name-part', '/servers/detail?name=a&limit=1')
  await session.get('list-name-none', '/servers/detail?name=^ca$')
  await session.get('list-name-bad-400', '/servers/detail?name=%5B')
  await session.get('list-name-empty-400', '/servers/detail?name=')
  await session.get('list-status', '/servers/detail?status=ACTIVE&limit=1')
  await session.get('list-status-bad-400', '/servers/detail?status=NOSUCH')
  await session.get('list-status-bad-2.37', '/servers/detail?status=NOSUCH', '2.37')
  await session.get('list-status-deleted-403', '/servers/detail?status=DELETED')
  await session.get('list-ip', '/servers/detail?ip=10.10.&limit=1')
  await session.get('list-unknown-filter-2.74', '/servers/detail?nosuch=x&limit=1', '2.74')
  await session.get('list-unknown-filter-2.75-400', '/servers/detail?nosuch=x', '2.75')
  await session.get('list-metadata-filter', '/servers/detail?metadata=%7B%22k%22%3A%22nosuch%22%7D&limit=1')
  await session.get('list-marker-400', `/servers/detail?marker=${NOSUCH}`)
  await session.get('list-bad-limit-400', '/servers/detail?limit=-1')
  await session.get('list-bad-since-400', '/servers/detail?changes-since=abc')
  await session.get('list-since', '/servers/detail?changes-since=2020-01-01T00:00:00Z&tags=x')
  await session.get('list-since-none', '/servers/detail?changes-since=2100-01-01T00:00:00Z')
  await session.get('list-all-tenants-403', '/servers/detail?all_tenants=1')
  await session.get('list-all-tenants-short-403', '/servers?all_tenants=1')
}

async function recordStrangers(session: NovaSession, id: string): Promise<void> {
  const { nova, site, adminToken } = session
  const other = await session.create(
    undefined,
    '2.79',
    { networks: [{ uuid: site.networks.shared }] },
    { token: adminToken },
  )
  // One that no host has yet is told apart: 403.
  await session.rest(other)
  await session.get('get-404', `/servers/${NOSUCH}`)
  await session.get('get-bad-id-404', '/servers/xyz')
  await nova.send('delete-404', `DELETE /v2.1/servers/${NOSUCH}`, { version: '2.79' })
  await session.get('get-other-tenant-by-admin', `/servers/${id}`, '2.79', adminToken)
  await session.get('get-other-tenant-404', `/servers/${other}`)
  await nova.send('delete-other-tenant', `DELETE /v2.1/servers/${other}`, { version: '2.79' })
}

async function recordDelete(session: NovaSession, id: string): Promise<void> {
  const { nova, adminToken, user } = session
  const remove = (name: string, one = id): Promise<unknown> =>
    nova.send(name, `DELETE /v2.1/servers/${one}`, { version: '2.79' })
  await remove('delete-204')
  await session.act('action-while-deleting', id, { suspend: null })
  await session.get('get-deleting', `/servers/${id}`)
  await remove('delete-twice-immediate')
  await session.rest(id, 'DELETED')
  await session.get('get-deleted-404', `/servers/${id}`)
  await remove('delete-deleted-404')
  await session.get('get-deleted-admin', `/servers/${id}`, '2.79', adminToken)
  await session.get('instance-actions-deleted', `/servers/${id}/os-instance-actions`)
  await session.get('list-marker-deleted', `/servers/detail?marker=${id}&limit=1`)
  await session.get('list-since-deleted', `/servers/detail?changes-since=2020-01-01T00:00:00Z&limit=1&name=^cap$`)
  const deleted = `deleted=true&all_tenants=1&limit=1&tenant_id=${user.projectId}`
  await session.get('list-deleted-admin', `/servers/detail?${deleted}`, '2.79', adminToken)
  const young = await session.create('create-for-delete-in-build', '2.79')
  await remove('delete-in-build-204', young)
  await session.rest(young, 'DELETED')
  const forced = await session.create(undefined, '2.79')
  await session.rest(forced)
  await session.act('force-delete-202', forced, { forceDelete: null })
  await session.rest(forced, 'DELETED')
}
