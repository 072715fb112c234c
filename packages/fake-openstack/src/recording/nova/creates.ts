import { textAt } from '../../toolkit/json.ts'
import { NOSUCH, type NovaSession } from './session.ts'

const userData = Buffer.from('#cloud-config\nruncmd: [true]\n').toString('base64')
const personality = [{ path: '/etc/hello', contents: Buffer.from('hi').toString('base64') }]
const full = {
  security_groups: [{ name: 'sg1' }],
  key_name: 'key1',
  user_data: userData,
  config_drive: true,
  metadata: { k: 'v' },
}

/** Every way to create a server, and every way in which that is refused at once. The server whose life goes on. */
export async function recordCreates(session: NovaSession): Promise<string> {
  const { site, nova } = session
  const early = await session.create('create-2.1-personality', '2.1', { ...full, personality })
  await nova.send('get-BUILD-2.1', `GET /v2.1/servers/${early}`)
  await session.rest(early)
  await session.get('get-ACTIVE-2.1', `/servers/${early}`, '2.1')
  await session.create('create-2.56-personality', '2.56', { ...full, personality }, { once: true })
  await recordPersonality(session)
  const lived = await session.create(
    'create-2.79-full',
    '2.79',
    { tags: ['t2', 't1'], description: 'd', ...full },
    { group: site.group },
  )
  await session.create('create-2.51-tags-400', '2.51', { tags: ['t1'] })
  await session.create('create-2.18-description-400', '2.18', { description: 'd' })
  await session.create('create-2.90-hostname', '2.90', { hostname: 'h1.example' })
  await session.create('create-2.90-hostname-b', '2.90', { hostname: 'h1' }, { once: true })
  await session.rest(lived)
  await session.get('get-ACTIVE-2.79', `/servers/${lived}`)
  await session.get('get-ACTIVE-2.93', `/servers/${lived}`, '2.93')
  await session.get('get-ACTIVE-2.93-admin', `/servers/${lived}`, '2.93', session.adminToken)
  await session.get('get-userdata-2.3', `/servers/${lived}`, '2.3')
  await session.get('group-with-members', `/os-server-groups/${site.group}`)
  await recordNetworks(session)
  await recordRefusals(session)
  await recordQuota(session)
  return lived
}

/** What of `personality` is accepted: the limits are on the base64 text. */
async function recordPersonality(session: NovaSession): Promise<void> {
  const file = (contents: string, path = '/f'): Readonly<Record<string, unknown>> => ({
    personality: [{ path, contents }],
  })
  const six = Array.from({ length: 6 }, (_, index) => ({ path: `/f${index}`, contents: 'aGk=' }))
  await session.create('create-personality-6-files', '2.1', { personality: six })
  await session.create('create-personality-too-big', '2.1', file('x'.repeat(10_244)))
  await session.create('create-personality-long-path', '2.1', file('', `/${'f'.repeat(256)}`))
  await session.create('create-personality-not-base64', '2.1', file('###'), {
    note: 'what is no letter of base64 is passed over',
    once: true,
  })
  await session.create('create-2.57-personality-400', '2.57', { ...full, personality })
}

async function recordNetworks(session: NovaSession): Promise<void> {
  const { site, nova, neutron } = session
  await session.create('create-networks-none-2.37', '2.37', { networks: 'none' }, { once: true })
  await session.create('create-no-networks-2.37-400', '2.37', { networks: undefined })
  await session.create('create-no-networks-2.1', '2.1', { networks: undefined })
  await session.create('create-networks-empty', '2.79', { networks: [] })
  await session.create('create-networks-auto', '2.79', { networks: 'auto' })
  const { body } = await neutron.send(undefined, 'POST /v2.0/ports', {
    body: { port: { network_id: site.networks.own } },
  })
  const port = textAt(body, 'port', 'id') ?? ''
  const id = await session.create('create-port', '2.79', { networks: [{ port }] })
  await session.rest(id)
  await session.get('interfaces', `/servers/${id}/os-interface`)
  await session.get('interface', `/servers/${id}/os-interface/${port}`)
  await session.get('interface-404', `/servers/${id}/os-interface/${NOSUCH}`)
  await session.get('interfaces-404', `/servers/${NOSUCH}/os-interface`)
  const attach = async (name: string, attachment: object, to = id): Promise<string> => {
    const made = await nova.send(name, `POST /v2.1/servers/${to}/os-interface`, {
      version: '2.79',
      body: { interfaceAttachment: attachment },
    })
    return textAt(made.body, 'interfaceAttachment', 'port_id') ?? ''
  }
  const detach = async (name: string, one: string, from = id): Promise<void> => {
    await nova.send(name, `DELETE /v2.1/servers/${from}/os-interface/${one}`, { version: '2.79' })
  }
  const attached = await attach('interface-attach', { net_id: site.networks.shared })
  await attach('interface-attach-port-in-use', { port_id: port })
  await attach('interface-attach-both-400', { net_id: site.networks.own, port_id: port })
  await attach('interface-attach-unknown-port-404', { port_id: NOSUCH })
  await attach('interface-attach-unknown-network-500', { net_id: NOSUCH })
  await attach('interface-attach-bad-port-400', { port_id: 'xyz' })
  await attach('interface-attach-address-alone-400', { fixed_ips: [{ ip_address: '10.99.0.1' }] })
  await attach('interface-attach-ambiguous-400', {})
  await attach('interface-attach-404', { net_id: site.networks.own }, NOSUCH)
  await detach('interface-detach', attached)
  await detach('interface-detach-unknown', NOSUCH)
  await detach('interface-detach-404', NOSUCH, NOSUCH)
  await session.create('create-port-in-use', '2.79', { networks: [{ port }] })
  await nova.send(undefined, `DELETE /v2.1/servers/${id}`, { version: '2.79' })
  await session.rest(id, 'DELETED')
  const kept = await neutron.send(undefined, `GET /v2.0/ports/${port}`)
  if (textAt(kept.body, 'port', 'device_id') !== '') throw new Error('a given port was not given back with its server')
  await neutron.send(undefined, `DELETE /v2.0/ports/${port}`)
}

async function recordRefusals(session: NovaSession): Promise<void> {
  const { site } = session
  const refused = (name: string, more: Readonly<Record<string, unknown>>, version = '2.79'): Promise<string> =>
    session.create(name, version, more)
  await refused('create-unknown-image-400', { imageRef: NOSUCH })
  await refused('create-bad-image-ref-400', { imageRef: 'tiny' })
  await refused('create-empty-image-ref-400', { imageRef: '' })
  await refused('create-no-image-ref-400', { imageRef: undefined })
  await refused('create-unknown-flavor-400', { flavorRef: '999' })
  await refused('create-no-flavor-400', { flavorRef: undefined })
  await refused('create-unknown-network-400', { networks: [{ uuid: NOSUCH }] })
  await refused('create-bad-network-400', { networks: [{ uuid: 'xyz' }] })
  await refused('create-bad-network-2.1-400', { networks: [{ uuid: 'xyz' }] }, '2.1')
  await refused('create-unknown-port', { networks: [{ port: NOSUCH }] })
  await refused('create-unknown-secgroup-400', { security_groups: [{ name: 'nosuch' }] })
  await refused('create-unknown-keypair-400', { key_name: 'nosuch' })
  await session.create('create-unknown-group-400', '2.79', {}, { group: NOSUCH })
  await session.create('create-bad-group-400', '2.79', {}, { group: 'xyz' })
  await refused('create-unknown-az-400', { availability_zone: 'nosuch' })
  await refused('create-bad-userdata-400', { user_data: '###not base64' })
  await refused('create-userdata-too-long-400', { user_data: 'eHh4'.repeat(16_384) })
  await refused('create-bad-schema-400', { bogus: 1 })
  await refused('create-empty-name-400', { name: '' })
  await refused('create-blank-name-400', { name: ' cap' })
  await refused('create-long-name-400', { name: 'n'.repeat(256) })
  await refused('create-bad-metadata-400', { metadata: { 'a/b': 'x' } })
  await refused('create-long-metadata-400', { metadata: { a: 'x'.repeat(256) } })
  await refused('create-much-metadata-403', {
    metadata: Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`k${index}`, ''])),
  })
  await refused('create-bad-tag-400', { tags: ['a,b'] })
  await refused('create-long-tag-400', { tags: ['t'.repeat(61)] })
  await refused('create-many-tags-400', { tags: Array.from({ length: 51 }, (_, index) => `t${index}`) })
  await refused('create-long-description-400', { description: 'd'.repeat(256) })
  await refused('create-bad-config-drive-400', { config_drive: 'maybe' })
  await refused('create-counts-400', { min_count: 3, max_count: 2 })
  await refused('create-not-allowed-403', { host: 'compute1' })
  await session.nova.send('create-no-server-400', 'POST /v2.1/servers', { version: '2.79', body: {} })
  await session.nova.send('create-list-400', 'POST /v2.1/servers', { version: '2.79', body: [1] })
  await session.create(
    'create-host-admin-2.74',
    '2.79',
    { host: 'compute1', networks: [{ uuid: site.networks.shared }] },
    { token: session.adminToken, once: true },
  )
}

async function recordQuota(session: NovaSession): Promise<void> {
  const { site } = session
  await session.create('quota-ram-403', '2.79', { flavorRef: site.flavors.impossible })
  await session.create('quota-instances-403', '2.79', { min_count: 50, max_count: 50 })
}
