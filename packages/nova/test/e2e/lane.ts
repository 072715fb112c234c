import { setTimeout as sleep } from 'node:timers/promises'
import { furnish, listAt, logIn, record, textAt } from '@amphora/fake-openstack'
import type { NovaOptions } from '../../src/index.ts'
import type { Site } from './site.ts'

/** A project of its own on the real cloud, in which nothing else happens. */
export interface Lane extends AsyncDisposable {
  readonly secret: string
  options(): NovaOptions
  /** Every server, server group and port of the project, a line each. */
  inventory(): Promise<readonly string[]>
  /** A server that bears nobody's mark, made without the driver; disposing of it waits until it is gone. */
  plant(name: string): Promise<{ readonly id: string } & AsyncDisposable>
}

export async function openLane(site: Site, index: number): Promise<Lane> {
  const { authUrl, admin, demo, ids } = site.testbed
  const furnished = await furnish({ authUrl, admin, name: `${site.owner}-${index}` })
  const { user } = furnished
  const login = await logIn(authUrl, user)
  const ask = async (method: string, type: string, path: string, body?: object) => {
    const headers = { 'X-Auth-Token': login.token }
    const call = { method, origin: login.origin(type), path, headers }
    return record(body === undefined ? call : { ...call, body })
  }
  const listed = async (type: string, path: string, key: string): Promise<readonly string[]> =>
    listAt((await ask('GET', type, path)).body, key).map((row) => `${key} ${textAt(row, 'id')} ${textAt(row, 'name')}`)
  const reached = async (id: string, isThere: (answer: Awaited<ReturnType<typeof ask>>) => boolean): Promise<void> => {
    for (let tries = 0; tries < 240; tries += 1) {
      if (isThere(await ask('GET', 'compute', `/v2.1/servers/${id}`))) return
      await sleep(500)
    }
    throw new Error(`the server ${id} that was planted did not get there within 2 minutes`)
  }
  return {
    secret: user.password,
    options: () => ({
      auth: { ...user, authUrl, userDomainName: demo.userDomainName, projectDomainName: demo.projectDomainName },
      region: demo.region,
      allowInsecureHttp: true,
    }),
    inventory: async () =>
      (
        await Promise.all([
          listed('compute', '/v2.1/servers', 'servers'),
          listed('compute', '/v2.1/os-server-groups', 'server_groups'),
          listed('network', `/v2.0/ports?project_id=${login.projectId}`, 'ports'),
        ])
      ).flat(),
    plant: async (name) => {
      const networks = [{ uuid: ids.networks.shared1 }]
      const server = { name, networks, imageRef: ids.images.tiny, flavorRef: ids.flavors['m1.tiny'] }
      const id = textAt((await ask('POST', 'compute', '/v2.1/servers', { server })).body, 'server', 'id')
      if (id === undefined) throw new Error(`Nova made no server to plant under ${name}`)
      await reached(id, ({ body }) => textAt(body, 'server', 'status') === 'ACTIVE')
      return {
        id,
        [Symbol.asyncDispose]: async () => {
          await ask('DELETE', 'compute', `/v2.1/servers/${id}`)
          await reached(id, ({ status }) => status === 404)
        },
      }
    },
    [Symbol.asyncDispose]: () => furnished[Symbol.asyncDispose](),
  }
}
