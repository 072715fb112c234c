import type { NovaSession } from './session.ts'

/** Builds that are accepted and fail later; for this the project's quota is lifted. */
export async function recordFailedBuilds(session: NovaSession): Promise<void> {
  const { nova, site, adminToken, user } = session
  await session.empty()
  await nova.send('list-empty', 'GET /v2.1/servers/detail', { version: '2.79' })
  await nova.send('quota-set', `PUT /v2.1/os-quota-sets/${user.projectId}`, {
    version: '2.79',
    token: adminToken,
    body: { quota_set: { cores: -1, ram: -1, instances: -1 } },
  })
  await session.get('limits-unlimited', '/limits')
  const unplaced = await session.create('create-novalidhost-202', '2.79', { flavorRef: site.flavors.impossible })
  await session.rest(unplaced)
  await session.get('get-ERROR-novalidhost-demo', `/servers/${unplaced}`)
  await session.get('get-ERROR-novalidhost-2.1', `/servers/${unplaced}`, '2.1')
  await session.get('get-ERROR-novalidhost-admin', `/servers/${unplaced}`, '2.79', adminToken)
  await session.get('instance-actions-novalidhost', `/servers/${unplaced}/os-instance-actions`)
  await nova.send('metadata-post-error-409', `POST /v2.1/servers/${unplaced}/metadata`, {
    version: '2.79',
    body: { metadata: { a: 'b' } },
  })
  await nova.send('delete-error-204', `DELETE /v2.1/servers/${unplaced}`, { version: '2.79' })

  const aborted = await session.create('create-abort-202', '2.79', { availability_zone: 'abort' })
  await session.rest(aborted)
  await session.get('get-ERROR-buildabort-demo', `/servers/${aborted}`)
  await session.get('interfaces-error', `/servers/${aborted}/os-interface`)

  const foreign = { uuid: site.networks.own, fixed_ip: '192.0.2.1' }
  const unplugged = await session.create('create-foreign-address-202', '2.79', { networks: [foreign] })
  await session.rest(unplugged)
  await session.get('get-ERROR-foreign-address', `/servers/${unplugged}`)

  const members: string[] = []
  for (const number of [1, 2, 3]) {
    members.push(await session.create(`create-antiaffinity-${number}`, '2.79', {}, { group: site.group }))
  }
  for (const [index, id] of members.entries()) {
    await session.rest(id)
    await session.get(`get-antiaffinity-${index + 1}`, `/servers/${id}`)
  }
  const small = { flavorRef: site.flavors.small, availability_zone: 'small' }
  const inSmall: string[] = []
  for (const number of [1, 2, 3, 4]) inSmall.push(await session.create(`create-small-${number}`, '2.79', small))
  for (const [index, id] of inSmall.entries()) {
    await session.rest(id)
    await session.get(`get-small-${index + 1}`, `/servers/${id}`)
  }
  const { large } = site.flavors
  const big = await session.create('create-large-in-small-202', '2.79', { ...small, flavorRef: large })
  await session.rest(big)
  await session.get('get-ERROR-small', `/servers/${big}`)
  await nova.send('create-min-count-3', 'POST /v2.1/servers', {
    version: '2.79',
    body: { server: session.server({ min_count: 3, max_count: 3, return_reservation_id: true }) },
  })
}
