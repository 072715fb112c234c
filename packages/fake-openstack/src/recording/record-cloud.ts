import type { Recordings } from './exchange.ts'
import { at, textAt } from '../toolkit/json.ts'
import { Recorder } from './record.ts'
import { logIn, type LogIn, type RecordingSite } from './site.ts'

const NOSUCH = '11111111-1111-1111-1111-111111111111'
const domain = { name: 'Default' }

/** What Keystone, Glance and Neutron answer to what drivers ask, by name. Leaves nothing behind. */
export async function recordCloud(site: RecordingSite): Promise<Recordings> {
  const user = await logIn(site.authUrl, site.user)
  return {
    ...(await recordKeystone(site, user)),
    ...(await recordGlance(site, user)),
    ...(await recordNeutron(site, user)),
  }
}

async function recordKeystone(site: RecordingSite, user: LogIn): Promise<Recordings> {
  const { username, password, projectName } = site.user
  const names = new Map([
    [username, 'member'],
    [projectName, 'project'],
    [site.applicationCredential.name, 'credential'],
  ])
  const keystone = new Recorder(new URL(site.authUrl).origin, user.token, undefined, names)
  const auth = (name: string, identity: object, scope?: object | string, note?: string): ReturnType<Recorder['send']> =>
    keystone.send(`keystone-${name}`, 'POST /v3/auth/tokens', {
      body: { auth: { identity, ...(scope === undefined ? {} : { scope }) } },
      token: null,
      ...(note === undefined ? {} : { note }),
    })
  const withPassword = (given: string): object => ({
    methods: ['password'],
    password: { user: { name: username, domain, password: given } },
  })
  const project = (name: string): object => ({ project: { name, domain } })
  const { applicationCredential: credential } = site
  const withCredential = (given: object): object => ({
    methods: ['application_credential'],
    application_credential: given,
  })
  const byName = { name: credential.name, user: { name: username, domain } }

  await keystone.send('keystone-versions', 'GET /', { token: null, note: 'a list of versions: no redirect' })
  await keystone.send('keystone-v3', 'GET /v3', { token: null })
  const ok = await auth('token-ok', withPassword(password), project(projectName), 'the token is in X-Subject-Token')
  await auth('token-by-id', withPassword(password), { project: { id: user.projectId } })
  await auth('token-unscoped', withPassword(password), 'unscoped')
  await auth('token-bad-password', withPassword('wrong'), project(projectName))
  await auth('token-unknown-project', withPassword(password), project('nosuch'), 'the same 401 as a wrong password')
  await auth('token-no-domain', withPassword(password), { project: { name: projectName } })
  await auth('token-system', withPassword(password), { system: { all: true } }, 'a member has no roles on the system')
  await auth('token-credential', withCredential({ id: credential.id, secret: credential.secret }))
  await auth('token-credential-name', withCredential({ ...byName, secret: credential.secret }))
  await auth('token-credential-bad-secret', withCredential({ id: credential.id, secret: 'wrong' }))
  await auth('token-credential-unknown', withCredential({ id: 'nosuch', secret: 'wrong' }), undefined, 'no 401: 404')
  await auth(
    'token-credential-scoped',
    withCredential({ id: credential.id, secret: credential.secret }),
    project(projectName),
  )
  const bought = ok.headers.get('x-subject-token') ?? ''
  await auth('token-by-token', { methods: ['token'], token: { id: bought } }, project(projectName))
  await auth('token-by-garbage', { methods: ['token'], token: { id: 'garbage' } }, project(projectName), 'no 401: 404')
  await auth('token-unknown-method', { methods: ['nosuch'], nosuch: {} }, undefined)
  await keystone.send('keystone-token-bad-json', 'POST /v3/auth/tokens', { body: '{"auth": ', token: null })
  await keystone.send('keystone-token-empty', 'POST /v3/auth/tokens', { body: {}, token: null })
  const subject = { 'X-Subject-Token': bought }
  await keystone.send('keystone-token-show', 'GET /v3/auth/tokens', { headers: subject })
  await keystone.send('keystone-token-show-no-token-401', 'GET /v3/auth/tokens', { headers: subject, token: null })
  await keystone.send('keystone-token-revoke', 'DELETE /v3/auth/tokens', {
    headers: subject,
    note: 'revokes the token named in X-Subject-Token',
  })
  await keystone.send('keystone-404', 'GET /v3/users/nosuch', { token: (await logIn(site.authUrl, site.admin)).token })
  if (site.expiredToken !== undefined) {
    await keystone.send('keystone-validate-expired-404', 'GET /v3/auth/tokens', {
      headers: { 'X-Subject-Token': site.expiredToken },
      note: 'an expired token is 404 to its validator, 401 to its user',
    })
  }
  return keystone.kept
}

async function recordGlance(site: RecordingSite, user: LogIn): Promise<Recordings> {
  const glance = new Recorder(user.origin('image'), user.token)
  await glance.send('glance-versions-300', 'GET /', { token: null })
  await glance.send('glance-no-token-401', 'GET /v2/images', {
    token: null,
    note: 'the shape is not that of the others',
  })
  await glance.send('glance-images', 'GET /v2/images')
  await glance.send('glance-images-tag', 'GET /v2/images?tag=amphora&sort=created_at:desc&limit=1')
  await glance.send('glance-images-name', 'GET /v2/images?name=tiny')
  await glance.send('glance-images-none', 'GET /v2/images?name=nosuch&limit=2')
  await glance.send('glance-images-bad-marker-400', `GET /v2/images?marker=${NOSUCH}`)
  await glance.send('glance-images-bad-limit-400', 'GET /v2/images?limit=abc')
  await glance.send('glance-images-bad-sort-400', 'GET /v2/images?sort=nosuch:desc')
  await glance.send('glance-image', `GET /v2/images/${site.image}`)
  await glance.send('glance-image-404', `GET /v2/images/${NOSUCH}`)
  await glance.send('glance-image-bad-id-404', 'GET /v2/images/xyz')
  return glance.kept
}

async function recordNeutron(site: RecordingSite, user: LogIn): Promise<Recordings> {
  const neutron = new Recorder(user.origin('network'), user.token)
  const { own } = site.networks
  await neutron.send('neutron-versions', 'GET /', { token: null })
  await neutron.send('neutron-no-token-401', 'GET /v2.0/networks', { token: null })
  await neutron.send('neutron-networks', 'GET /v2.0/networks')
  await neutron.send('neutron-networks-fields', `GET /v2.0/networks?fields=id&fields=name&id=${own}`)
  await neutron.send('neutron-networks-page', `GET /v2.0/networks?fields=id&fields=name&id=${own}&limit=1`)
  await neutron.send('neutron-network', `GET /v2.0/networks/${own}`)
  await neutron.send('neutron-network-404', `GET /v2.0/networks/${NOSUCH}`)
  await neutron.send('neutron-security-groups', 'GET /v2.0/security-groups')
  await neutron.send('neutron-security-groups-name', 'GET /v2.0/security-groups?name=sg1&fields=id&fields=name')
  await neutron.send('neutron-security-group-404', `GET /v2.0/security-groups/${NOSUCH}`)

  const create = (name: string, port: object): ReturnType<Recorder['send']> =>
    neutron.send(`neutron-${name}`, 'POST /v2.0/ports', { body: { port } })
  const settings = { name: 'p', device_id: 'd', device_owner: 'compute:x', description: 'about it' }
  const made = await create('port-create', { network_id: own, ...settings })
  const id = textAt(made.body, 'port', 'id') ?? ''
  const mac = textAt(made.body, 'port', 'mac_address') ?? ''
  const [fixed] = [at(made.body, 'port', 'fixed_ips')].flat()
  await neutron.send('neutron-port-tags-put', `PUT /v2.0/ports/${id}/tags`, { body: { tags: ['b', 'a'] } })
  await neutron.send('neutron-port-tag-put', `PUT /v2.0/ports/${id}/tags/c`)
  await neutron.send('neutron-port-tags', `GET /v2.0/ports/${id}/tags`)
  await neutron.send('neutron-port-tag', `GET /v2.0/ports/${id}/tags/c`)
  await neutron.send('neutron-port-tag-404', `GET /v2.0/ports/${id}/tags/nosuch`)
  await neutron.send('neutron-port-tag-delete', `DELETE /v2.0/ports/${id}/tags/c`)
  await neutron.send('neutron-port-tag-delete-404', `DELETE /v2.0/ports/${id}/tags/c`)
  await neutron.send('neutron-port-tags-put-404', `PUT /v2.0/ports/${NOSUCH}/tags`, { body: { tags: ['a'] } })
  await neutron.send('neutron-ports', 'GET /v2.0/ports')
  await neutron.send('neutron-ports-tags', 'GET /v2.0/ports?tags=a,b&device_id=d&fields=id&fields=tags')
  await neutron.send('neutron-ports-ids', `GET /v2.0/ports?id=${id}&id=${NOSUCH}&fields=id`)
  await neutron.send('neutron-ports-page', `GET /v2.0/ports?fields=id&limit=1&device_id=d`)
  await neutron.send('neutron-ports-bad-filter-400', 'GET /v2.0/ports?nosuch=x')
  await neutron.send('neutron-ports-bad-marker-404', `GET /v2.0/ports?limit=1&marker=${NOSUCH}`)
  await neutron.send('neutron-port', `GET /v2.0/ports/${id}`)
  await neutron.send('neutron-port-404', `GET /v2.0/ports/${NOSUCH}`)
  const update = (name: string, port: object, of = id): ReturnType<Recorder['send']> =>
    neutron.send(`neutron-${name}`, `PUT /v2.0/ports/${of}`, { body: { port } })
  await update('port-update', { name: 'q', device_id: 'e' })
  await update('port-update-404', { name: 'q' }, NOSUCH)
  await update('port-update-binding-403', { 'binding:host_id': 'h' })
  await update('port-update-unknown-400', { nosuch: 'x' })
  await create('port-create-address-in-use-409', {
    network_id: own,
    fixed_ips: [{ ip_address: textAt(fixed, 'ip_address') }],
  })
  await create('port-create-foreign-address-400', { network_id: own, fixed_ips: [{ ip_address: '192.0.2.1' }] })
  await create('port-create-no-address-400', { network_id: own, fixed_ips: [{ ip_address: 'junk' }] })
  await create('port-create-mac-in-use-409', { network_id: own, mac_address: mac })
  await create('port-create-unknown-network-404', { network_id: NOSUCH })
  await create('port-create-no-network-400', {})
  await create('port-create-bad-network-400', { network_id: 'xyz' })
  await create('port-create-unknown-group-404', { network_id: own, security_groups: [NOSUCH] })
  await neutron.send('neutron-port-delete', `DELETE /v2.0/ports/${id}`)
  await neutron.send('neutron-port-delete-404', `DELETE /v2.0/ports/${id}`)
  return neutron.kept
}
