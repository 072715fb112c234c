import { setTimeout as sleep } from 'node:timers/promises'
import { at, listAt, textAt } from '../toolkit/json.ts'
import { record } from './record.ts'
import { logIn, type LogIn, type PasswordCredentials, type RecordingSite } from './site.ts'

export interface FurnishOptions {
  readonly authUrl: string
  readonly admin: PasswordCredentials
  /** Begins the names of what is made; unique on the cloud. */
  readonly name: string
}

/** A project of one's own on a real cloud, furnished for a recording; disposing of it takes everything away. */
export interface FurnishedSite extends RecordingSite, AsyncDisposable {}

/** Makes a project with a user, a network, a security group, a keypair, a server group and an application credential. */
export async function furnish({ authUrl, admin, name }: FurnishOptions): Promise<FurnishedSite> {
  const root = await logIn(authUrl, admin)
  const identity = caller(new URL(authUrl).origin, root)
  const undo: (() => Promise<unknown>)[] = []
  const made = async (ask: Caller, path: string, key: string, body: object): Promise<string> => {
    const id = textAt(await ask('POST', path, { [key]: body }), key, 'id') ?? ''
    undo.unshift(() => ask('DELETE', `${path}/${id}`))
    return id
  }
  try {
    const projectName = `${name}-project`
    const project = await made(identity, '/v3/projects', 'project', { name: projectName, domain_id: 'default' })
    const user = { username: name, password: `password of ${name}`, projectName }
    const userId = await made(identity, '/v3/users', 'user', { name, password: user.password, domain_id: 'default' })
    const roles = listAt(await identity('GET', '/v3/roles'), 'roles')
    for (const role of roles.filter((one) => ['member', 'reader'].includes(textAt(one, 'name') ?? ''))) {
      await identity('PUT', `/v3/projects/${project}/users/${userId}/roles/${textAt(role, 'id')}`)
    }

    const own = await logIn(authUrl, user)
    const network = caller(own.origin('network'), own)
    const compute = caller(own.origin('compute'), own)
    undo.unshift(() => emptied(network))
    const net = await made(network, '/v2.0/networks', 'network', { name: 'net1' })
    await network('POST', '/v2.0/subnets', {
      subnet: { network_id: net, ip_version: 4, cidr: '10.10.0.0/16', enable_dhcp: false },
    })
    const shared = listAt(await network('GET', '/v2.0/networks?shared=true&name=shared1'), 'networks')
    await made(network, '/v2.0/security-groups', 'security_group', { name: 'sg1' })
    await compute('POST', '/v2.1/os-keypairs', { keypair: { name: 'key1' } })
    undo.unshift(() => compute('DELETE', '/v2.1/os-keypairs/key1'))
    const group = await made(compute, '/v2.1/os-server-groups', 'server_group', {
      name: 'sgrp-anti',
      policies: ['anti-affinity'],
    })
    undo.unshift(() => noServers(compute))
    const secret = `secret of ${name}`
    const credentialName = `${name}-credential`
    // Deleted before its user: with the user alone Keystone leaves its roles behind, which then are the next one's too.
    const credential = await made(
      caller(new URL(authUrl).origin, own),
      `/v3/users/${userId}/application_credentials`,
      'application_credential',
      { name: credentialName, secret },
    )
    const flavors = listAt(await compute('GET', '/v2.1/flavors'), 'flavors')
    const flavor = (wanted: string): string =>
      textAt(
        flavors.find((one) => textAt(one, 'name') === wanted),
        'id',
      ) ?? ''
    const images = listAt(await caller(own.origin('image'), own)('GET', '/v2/images?name=tiny'), 'images')
    return {
      authUrl,
      user,
      admin,
      applicationCredential: { id: credential, name: credentialName, secret },
      flavors: {
        tiny: flavor('m1.tiny'),
        small: flavor('m1.small'),
        large: flavor('m1.large'),
        impossible: flavor('m1.impossible'),
      },
      image: textAt(images[0], 'id') ?? '',
      networks: { own: net, shared: textAt(shared[0], 'id') ?? '' },
      group,
      [Symbol.asyncDispose]: () => undone(undo),
    }
  } catch (error) {
    await undone(undo)
    throw error
  }
}

type Caller = (method: string, path: string, body?: object) => Promise<unknown>

function caller(origin: string, { token }: LogIn): Caller {
  return async (method, path, body) => {
    const answer = await record({
      method,
      origin,
      path,
      headers: { 'X-Auth-Token': token },
      ...(body === undefined ? {} : { body }),
    })
    if (answer.status >= 300 && !(method === 'DELETE' && answer.status === 404)) {
      throw new Error(`${method} ${path} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`)
    }
    return answer.body
  }
}

/** Goes on where a step fails, and fails at the end. */
async function undone(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) await step().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw new AggregateError(failures, 'not everything that was made could be taken away')
}

async function noServers(compute: Caller): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const servers = listAt(await compute('GET', '/v2.1/servers'), 'servers')
    if (servers.length === 0) return
    for (const server of servers) await compute('DELETE', `/v2.1/servers/${textAt(server, 'id')}`)
    await sleep(300)
  }
  throw new Error('there are still servers in the project')
}

/** Takes away what stands in the way of deleting networks and the project: ports, groups, subnets. */
async function emptied(network: Caller): Promise<void> {
  for (const port of listAt(await network('GET', '/v2.0/ports'), 'ports')) {
    await network('DELETE', `/v2.0/ports/${textAt(port, 'id')}`)
  }
  for (const subnet of listAt(await network('GET', '/v2.0/subnets?shared=false'), 'subnets')) {
    if (at(subnet, 'cidr') === '10.10.0.0/16') await network('DELETE', `/v2.0/subnets/${textAt(subnet, 'id')}`)
  }
}
