import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createCompute, type BuildRequest, type Compute, type ComputeOptions, type DriverBinding } from '@amphora/core'
import { listAt, logIn, record, textAt } from '@amphora/fake-openstack'
import { openstackMissing, openstackStatus, openstackUp, type OpenStackTestbed } from '@amphora/testbed'
import { ironic, type IronicOptions } from '../../src/index.ts'

/** Why there is no cloud to run against; `undefined` where there is one. On a CI machine there is always one. */
export const missing: string | undefined = await openstackMissing()

const run = promisify(execFile)
const readNodePath = fileURLToPath(new URL('read_node.py', import.meta.url))

type Rest = Partial<Omit<ComputeOptions<{ readonly metal: DriverBinding }>, 'drivers'>>
export type IronicCompute = Compute<{ readonly metal: DriverBinding }>

/** A node as the `openstack baremetal` client shows it. */
type Witnessed = Readonly<Record<string, unknown>>

/** What the conductor has of a node in its data base, where it keeps a config drive to itself. */
interface Kept {
  readonly instance_info: Readonly<Record<string, unknown>>
  /** The files on the image that Ironic makes of the config drive, by path. */
  readonly drive: Readonly<Record<string, string>>
}

/** What one test file makes on the real Ironic, and takes away again. */
export interface Site {
  readonly testbed: OpenStackTestbed
  /** An owner that nobody else has. */
  readonly owner: string
  /** The options that reach the cloud as its administrator. */
  options(more?: IronicOptions): IronicOptions
  connect(more?: IronicOptions, rest?: Rest): Promise<IronicCompute>
  /** A request that the cloud can honour. */
  request(name: string, more?: Partial<BuildRequest>): BuildRequest & { readonly type: 'BareMetal' }
  /** `openstack … -f json` as the administrator. */
  openstack<T>(...parameters: readonly string[]): Promise<T>
  /** One node, by name, uuid or instance. */
  node(ident: string): Promise<Witnessed>
  nodeOf(id: string): Promise<Witnessed>
  kept(nodeUuid: string): Promise<Kept>
  /** One request to Ironic that is not the driver's. */
  ask(target: `${string} /${string}`, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>
  /** What there is of nodes that bear an instance, of reservations, and of ports of this driver's. */
  inventory(): Promise<readonly string[]>
  clear(): Promise<void>
}

export async function openSite(): Promise<Site> {
  const testbed = await openstackUp()
  const { folder } = await openstackStatus()
  const owner = `e${randomBytes(4).toString('hex')}`
  const { admin, ids, authUrl } = testbed
  const { username, password, projectName, userDomainName, projectDomainName, region } = admin
  const auth = { authUrl, username, password, projectName, userDomainName, projectDomainName }
  const open: IronicCompute[] = []
  let login = await logIn(authUrl, admin)

  const asked = async (type: string, target: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
    const [method = '', path = ''] = target.split(' ')
    const ask = () =>
      record({
        method,
        origin: login.origin(type),
        path,
        headers: { 'X-Auth-Token': login.token, 'X-OpenStack-Ironic-API-Version': '1.82' },
        ...(body === undefined ? {} : { body }),
      })
    const answer = await ask()
    if (answer.status !== 401) return answer
    login = await logIn(authUrl, admin)
    return ask()
  }

  const site: Site = {
    testbed,
    owner,
    options: (more = {}) => ({ auth, region, allowInsecureHttp: true, ...more }),
    connect: async (more = {}, rest = {}) => {
      const compute = await createCompute({ owner, ...rest, drivers: { metal: ironic(site.options(more)) } })
      open.push(compute)
      return compute
    },
    request: (name, more = {}) => ({
      name,
      flavor: 'baremetal',
      imageId: ids.images.tiny,
      ...more,
      type: 'BareMetal',
    }),
    openstack: async <T>(...parameters: readonly string[]) =>
      (await testbed.openstack([...parameters, '-f', 'json'], 'admin')).json() as T,
    node: (ident) => site.openstack<Witnessed>('baremetal', 'node', 'show', ident),
    nodeOf: (id) => site.openstack<Witnessed>('baremetal', 'node', 'show', '--instance', bare(id)),
    kept: async (uuid) => {
      const { stdout } = await run('/usr/bin/python3', [readNodePath, `${folder}/db/ironic.sqlite`, uuid])
      return JSON.parse(stdout) as Kept
    },
    ask: (target, body) => asked('baremetal', target, body),
    inventory: async () => {
      const [nodes, allocations, ports] = await Promise.all([
        asked('baremetal', 'GET /v1/nodes?fields=name,instance_uuid,provision_state'),
        asked('baremetal', 'GET /v1/allocations?fields=uuid,name'),
        asked('network', 'GET /v2.0/ports?fields=id&fields=name'),
      ])
      const rows = (answer: { readonly body: unknown }, key: string) => listAt(answer.body, key)
      return [
        ...rows(nodes, 'nodes')
          .filter((node) => textAt(node, 'instance_uuid') !== undefined)
          .map((node) => `node ${textAt(node, 'name')} ${textAt(node, 'instance_uuid')}`),
        ...rows(allocations, 'allocations').map((one) => `allocation ${textAt(one, 'uuid')} ${textAt(one, 'name')}`),
        ...rows(ports, 'ports')
          .filter((port) => textAt(port, 'name')?.startsWith('amphora-') === true)
          .map((port) => `port ${textAt(port, 'id')} ${textAt(port, 'name')}`),
      ]
    },
    clear: async () => {
      const compute = await site.connect()
      const ends: Promise<unknown>[] = []
      for await (const { id } of compute.list()) ends.push(removed(compute, id))
      await Promise.all(ends)
      for (const one of open) await one.close()
    },
  }
  return site
}

/** The backend's own id. */
export function bare(id: string): string {
  return id.slice(id.indexOf('/') + 1)
}

/** Deletes it, however often it is locked, and waits until it is gone. */
export async function removed(compute: IronicCompute, id: string): Promise<void> {
  for (const end = Date.now() + 60_000; ;) {
    try {
      await compute.delete(id)
      return await compute.waitFor(id, 'deleted')
    } catch (error) {
      if ((error as { readonly code?: string }).code !== 'conflict' || Date.now() > end) throw error
    }
  }
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
