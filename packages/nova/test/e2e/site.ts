import { randomBytes } from 'node:crypto'
import { createCompute, type BuildRequest, type Compute, type ComputeOptions, type DriverBinding } from '@amphora/core'
import { openstackMissing, openstackUp, type OpenStackTestbed } from '@amphora/testbed'
import { nova, type NovaOptions } from '../../src/index.ts'

/** Why there is no cloud to run against; `undefined` where there is one. On a CI machine there is always one. */
export const missing: string | undefined = await openstackMissing()

type Rest = Partial<Omit<ComputeOptions<{ readonly east: DriverBinding }>, 'drivers'>>
export type NovaCompute = Compute<{ readonly east: DriverBinding }>

/** A server as OpenStack's own client shows it. */
interface Witnessed {
  readonly ID: string
  readonly Name: string
  readonly Status: string
}

/** What one test file makes on the real cloud, and takes away again. */
export interface Site {
  readonly testbed: OpenStackTestbed
  /** An owner that nobody else has. */
  readonly owner: string
  /** The options that reach the cloud as demo. */
  options(more?: NovaOptions): NovaOptions
  connect(more?: NovaOptions, rest?: Rest): Promise<NovaCompute>
  /** A request that the cloud can honour, with ids. */
  request(name: string, more?: BuildRequest): BuildRequest
  /** Servers by name, as `openstack server list` shows them. */
  servers(name: string): Promise<readonly Witnessed[]>
  /** `openstack … -f json`, as demo unless told otherwise. */
  openstack<T>(parameters: readonly string[], user?: 'demo' | 'admin'): Promise<T>
  clear(): Promise<void>
}

export async function openSite(): Promise<Site> {
  const testbed = await openstackUp()
  const owner = `e${randomBytes(4).toString('hex')}`
  const { demo, ids, authUrl } = testbed
  const { username, password, projectName, userDomainName, projectDomainName, region } = demo
  const auth = { authUrl, username, password, projectName, userDomainName, projectDomainName }
  const open: NovaCompute[] = []
  const site: Site = {
    testbed,
    owner,
    options: (more = {}) => ({ auth, region, allowInsecureHttp: true, ...more }),
    connect: async (more = {}, rest = {}) => {
      const compute = await createCompute({ owner, ...rest, drivers: { east: nova(site.options(more)) } })
      open.push(compute)
      return compute
    },
    request: (name, more = {}) => ({
      name,
      flavor: ids.flavors['m1.tiny'],
      imageId: ids.images.tiny,
      networkIds: [ids.networks.net1],
      ...more,
    }),
    servers: async (name) => {
      const rows = await site.openstack<readonly Witnessed[]>(['server', 'list', '--name', `^${name}$`])
      return rows.filter((row) => row.Name === name)
    },
    openstack: async <T>(parameters: readonly string[], user: 'demo' | 'admin' = 'demo') =>
      (await testbed.openstack([...parameters, '-f', 'json'], user)).json() as T,
    clear: async () => {
      const compute = await site.connect()
      const gone: Promise<unknown>[] = []
      for await (const { id } of compute.list()) {
        await compute.delete(id)
        gone.push(compute.waitFor(id, 'deleted'))
      }
      await Promise.all(gone)
      for (const one of open) await one.close()
    },
  }
  return site
}

/** The backend's own id. */
export function bare(id: string): string {
  return id.slice(id.indexOf('/') + 1)
}

/** What a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<Record<string, unknown> & Error> {
  try {
    await promise
  } catch (error) {
    return error as Record<string, unknown> & Error
  }
  throw new Error('it did not reject')
}
