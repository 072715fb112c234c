import { textAt } from '../../toolkit/json.ts'
import { NOSUCH, type NovaSession } from './session.ts'
import { logIn } from '../site.ts'

/** Versions, tokens, and what the cloud has to offer. */
export async function recordSite(session: NovaSession): Promise<void> {
  await recordVersions(session)
  await recordTokens(session)
  await recordOffers(session)
  await recordGroups(session)
}

async function recordVersions({ nova }: NovaSession): Promise<void> {
  await nova.send('versions-root', 'GET /', { token: null })
  await nova.send('version-v2.1', 'GET /v2.1/', { token: null })
  await nova.send('version-v2.1-noslash', 'GET /v2.1', { token: null })
  await nova.send('version-v2', 'GET /v2/', { token: null })
  await nova.send('unknown-root-300', 'GET /servers', { token: null, note: 'a path without a version' })
  await nova.send('microversion-unsupported-406', 'GET /v2.1/servers', { version: '2.999' })
  await nova.send('microversion-too-low-406', 'GET /v2.1/servers', { version: '2.0' })
  await nova.send('microversion-malformed-400', 'GET /v2.1/servers', { version: 'abc' })
  await nova.send('microversion-latest', 'GET /v2.1/servers', { version: 'latest' })
  await nova.send('bad-json-400', 'POST /v2.1/servers', { body: '{"server": ' })
  await nova.send('foreign-project-in-url-400', `GET /v2.1/${'1'.repeat(32)}/servers`, { version: '2.79' })
}

async function recordTokens({ nova, site }: NovaSession): Promise<void> {
  await nova.send('no-token-401', 'GET /v2.1/servers', { token: null })
  await nova.send('bad-token-401', 'GET /v2.1/servers', { token: 'garbage' })
  const { token } = await logIn(site.authUrl, site.user)
  await fetch(`${site.authUrl}/auth/tokens`, {
    method: 'DELETE',
    headers: { 'X-Auth-Token': token, 'X-Subject-Token': token },
  })
  await nova.send('revoked-token-401', 'GET /v2.1/servers', { token })
  if (site.expiredToken !== undefined) {
    await nova.send('expired-token-401', 'GET /v2.1/servers', { token: site.expiredToken })
  }
  const { username, password } = site.user
  const response = await fetch(`${site.authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: username, domain: { name: 'Default' }, password } },
        },
        scope: 'unscoped',
      },
    }),
  })
  await nova.send('unscoped-token', 'GET /v2.1/servers', {
    token: response.headers.get('x-subject-token'),
    note: 'an unscoped token lists nothing and gets no error',
  })
}

async function recordOffers(session: NovaSession): Promise<void> {
  const { site } = session
  await session.get('flavors-2.1', '/flavors/detail', '2.1')
  await session.get('flavors-2.55', '/flavors/detail', '2.55')
  await session.get('flavors-2.79', '/flavors/detail')
  await session.get('flavors-short', '/flavors')
  await session.get('flavors-page', '/flavors/detail?limit=1')
  await session.get('flavors-bad-marker-400', '/flavors/detail?marker=nosuch')
  await session.get('flavor', `/flavors/${site.flavors.tiny}`)
  await session.get('flavor-404', '/flavors/nosuch')
  await session.get('zones', '/os-availability-zone')
  await session.get('limits', '/limits')
  await session.get('limits-2.1', '/limits', '2.1')
}

async function recordGroups(session: NovaSession): Promise<void> {
  const { nova, site } = session
  const create = async (name: string, version: string, group: object): Promise<string> => {
    const { body } = await nova.send(name, 'POST /v2.1/os-server-groups', { version, body: { server_group: group } })
    return textAt(body, 'server_group', 'id') ?? ''
  }
  await session.get('groups-2.1', '/os-server-groups', '2.1')
  await session.get('groups-2.13', '/os-server-groups', '2.13')
  await session.get('groups-2.79', '/os-server-groups')
  await session.get('group', `/os-server-groups/${site.group}`)
  await session.get('group-404', `/os-server-groups/${NOSUCH}`)
  const soft = await create('group-create-2.15', '2.15', { name: 'g1', policies: ['soft-anti-affinity'] })
  const ruled = await create('group-create-2.79', '2.79', {
    name: 'g2',
    policy: 'anti-affinity',
    rules: { max_server_per_host: 2 },
  })
  await create('group-create-policies-2.79-400', '2.79', { name: 'g3', policies: ['anti-affinity'] })
  await create('group-create-policy-2.63-400', '2.63', { name: 'g3', policy: 'anti-affinity' })
  await create('group-create-soft-2.14-400', '2.14', { name: 'g3', policies: ['soft-anti-affinity'] })
  await create('group-create-bad-policy-400', '2.79', { name: 'g3', policy: 'nosuch' })
  await create('group-create-no-name-400', '2.79', { name: '', policy: 'affinity' })
  await create('group-create-rules-400', '2.79', { name: 'g3', policy: 'affinity', rules: { max_server_per_host: 2 } })
  await nova.send('group-delete', `DELETE /v2.1/os-server-groups/${soft}`, { version: '2.79' })
  await nova.send('group-delete-404', `DELETE /v2.1/os-server-groups/${soft}`, { version: '2.79' })
  await nova.send(undefined, `DELETE /v2.1/os-server-groups/${ruled}`, { version: '2.79' })
}
