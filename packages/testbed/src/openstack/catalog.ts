import * as v from 'valibot'
import type { Api } from './api.ts'
import { credentialsOf } from './credentials.ts'
import { type EndpointName, endpoints, region } from './endpoints.ts'
import { ensureNamed, listOf, listOfKind, oneOf } from './named.ts'
import type { Site } from './site.ts'

/** Who is what where. The administrator has his own project from the making of the database. */
const grants = [
  { user: 'service', project: 'service', role: 'admin' },
  { user: 'service', project: 'service', role: 'service' },
  { user: 'demo', project: 'demo', role: 'member' },
  { user: 'demo', project: 'demo', role: 'reader' },
  { user: 'admin', project: 'demo', role: 'admin' },
  { user: 'admin', project: 'demo', role: 'member' },
] as const

const types = {
  placement: 'placement',
  image: 'glance',
  network: 'neutron',
  compute: 'nova',
  baremetal: 'ironic',
} as const satisfies Readonly<Record<string, EndpointName>>

const Endpoint = v.object({ service_id: v.string(), interface: v.string() })
const Assignment = v.object({
  user: v.optional(v.object({ id: v.string() })), // a group may have a role, too
  role: v.object({ id: v.string() }),
  scope: v.object({ project: v.optional(v.object({ id: v.string() })) }),
})

/** Users, projects and roles, and every service in the catalog. `admin` is the administrator's login. */
export async function ensureCatalog(site: Site, admin: Api, log: (line: string) => void): Promise<void> {
  // The services come last, so who finds them all finds everything.
  if (Object.values(types).every((name) => admin.catalog.includes(name))) return
  await ensureUsers(site, admin, log)
  await ensureServices(admin, log)
}

async function ensureUsers(site: Site, admin: Api, log: (line: string) => void): Promise<void> {
  const [roleList, projectList, userList, assignments] = await Promise.all([
    admin.call('keystone', '/roles'),
    admin.call('keystone', '/projects'),
    admin.call('keystone', '/users'),
    admin.call('keystone', '/role_assignments'),
  ])
  const make = (kind: 'role' | 'project' | 'user') => async (name: string) => {
    const more = kind === 'role' ? {} : { domain_id: 'default' }
    const secret = kind === 'user' ? { password: credentialsOf(site, 'demo').password } : {}
    log(`made ${kind} ${name}`)
    const body = { [kind]: { name, ...more, ...secret } }
    return oneOf(await admin.call('keystone', `/${kind}s`, { method: 'POST', body }), kind)
  }
  const role = (name: string) => ensureNamed(name, listOf(roleList, 'roles'), make('role'))
  const project = (name: string) => ensureNamed(name, listOf(projectList, 'projects'), make('project'))
  const user = (name: string) => ensureNamed(name, listOf(userList, 'users'), make('user'))
  const roles = {
    admin: await role('admin'),
    member: await role('member'),
    reader: await role('reader'),
    service: await role('service'),
  }
  const projects = { admin: await project('admin'), demo: await project('demo'), service: await project('service') }
  const users = { admin: await user('admin'), demo: await user('demo'), service: await user('service') }
  const given = new Set(
    listOfKind(assignments, 'role_assignments', Assignment).map(
      ({ user, role, scope }) => `/projects/${scope.project?.id ?? ''}/users/${user?.id ?? ''}/roles/${role.id}`,
    ),
  )
  for (const one of grants) {
    const path = `/projects/${projects[one.project]}/users/${users[one.user]}/roles/${roles[one.role]}`
    if (!given.has(path)) await admin.call('keystone', path, { method: 'PUT' })
  }
}

async function ensureServices(admin: Api, log: (line: string) => void): Promise<void> {
  const [serviceList, endpointList] = await Promise.all([
    admin.call('keystone', '/services'),
    admin.call('keystone', '/endpoints'),
  ])
  const present = new Set(
    listOfKind(endpointList, 'endpoints', Endpoint).map((one) => `${one.service_id} ${one.interface}`),
  )
  const services = listOf(serviceList, 'services')
  for (const [type, name] of Object.entries(types)) {
    const id = await ensureNamed(name, services, async () => {
      log(`made service ${name}`)
      const body = { service: { type, name } }
      return oneOf(await admin.call('keystone', '/services', { method: 'POST', body }), 'service')
    })
    for (const one of ['public', 'internal', 'admin']) {
      if (present.has(`${id} ${one}`)) continue
      const endpoint = { service_id: id, interface: one, url: endpoints[name], region_id: region }
      await admin.call('keystone', '/endpoints', { method: 'POST', body: { endpoint } })
    }
  }
}
