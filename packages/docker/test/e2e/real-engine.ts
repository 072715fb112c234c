import { randomBytes } from 'node:crypto'
import { dockerRequest, dockerStatus, dockerUp, type DockerResponse, type DockerTestbed } from '@amphora/testbed'

/** Why there is no engine to run against; `undefined` where there is one. On a CI machine there is always one. */
export async function missingEngine(): Promise<string | undefined> {
  if (process.env['CI'] === 'true') return undefined
  const { engine, socketPath } = await dockerStatus()
  return engine === undefined ? `no engine answers at ${socketPath}` : undefined
}

/** What one test file makes on the real engine, and takes away again. */
export interface Site {
  readonly testbed: DockerTestbed
  /** An owner that nobody else has. */
  readonly owner: string
  /** Names that nobody else has. */
  name(what: string): string
  network(what: string, ipam?: object): Promise<string>
  /** Something that no driver made. */
  container(what: string, body: object): Promise<string>
  /** An image like another one, but for what it runs. */
  image(what: string, from: string, command: readonly string[]): Promise<string>
  /** What exists of this owner, counted over plain HTTP. */
  inventory(owner?: string): Promise<readonly { readonly Id: string; readonly Names: readonly string[] }[]>
  clear(): Promise<void>
}

export async function openSite(): Promise<Site> {
  const testbed = await dockerUp()
  const owner = `e${randomBytes(4).toString('hex')}`
  const undo: (() => Promise<unknown>)[] = []
  const site: Site = {
    testbed,
    owner,
    name: (what) => `${owner}-x-${what}`,
    network: async (what, ipam = {}) => {
      const name = site.name(what)
      await expectStatus(201, post('/networks/create', { Name: name, CheckDuplicate: true, ...ipam }))
      undo.push(() => dockerRequest(`/networks/${name}`, { method: 'DELETE' }))
      return name
    },
    container: async (what, body) => {
      const made = await expectStatus(201, post(`/containers/create`, body, { name: site.name(what) }))
      const { Id } = made.json() as { Id: string }
      undo.push(() => remove(Id))
      return Id
    },
    image: async (what, from, command) => {
      const repo = `amphora-e2e/${owner}-${what}`
      const like = await site.container(`image-${what}`, { Image: from, Cmd: command })
      await expectStatus(
        201,
        dockerRequest('/commit', { method: 'POST', query: { container: like, repo, tag: 'test' }, body: {} }),
      )
      undo.push(() => dockerRequest(`/images/${repo}:test`, { method: 'DELETE', query: { force: '1' } }))
      return `${repo}:test`
    },
    inventory: async (of = owner) => {
      const query = { all: '1', filters: JSON.stringify({ label: [`amphora.owner=${of}`] }) }
      return (await expectStatus(200, dockerRequest('/containers/json', { query }))).json() as {
        Id: string
        Names: string[]
      }[]
    },
    clear: async () => {
      for (const { Id } of await site.inventory()) await remove(Id)
      for (const one of undo.splice(0).toReversed()) await one()
    },
  }
  return site
}

export function post(path: string, body?: object, query: Record<string, string> = {}): Promise<DockerResponse> {
  return dockerRequest(path, { method: 'POST', query, ...(body === undefined ? {} : { body }) })
}

export async function inspectRaw(idOrName: string): Promise<Record<string, never>> {
  return (await expectStatus(200, dockerRequest(`/containers/${idOrName}/json`))).json() as Record<string, never>
}

export function remove(id: string): Promise<DockerResponse> {
  return dockerRequest(`/containers/${id}`, { method: 'DELETE', query: { force: '1', v: '1' } })
}

/** How many volumes the engine has. */
export async function volumes(): Promise<number> {
  const { Volumes } = (await dockerRequest('/volumes')).json() as { Volumes: unknown[] | null }
  return Volumes?.length ?? 0
}

async function expectStatus(status: number, answer: Promise<DockerResponse>): Promise<DockerResponse> {
  const response = await answer
  if (response.status === status) return response
  throw new Error(`expected ${status}, the engine answered ${response.status} ${response.text()}`)
}
