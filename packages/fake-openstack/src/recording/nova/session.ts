import { at, listAt, textAt } from '../../toolkit/json.ts'
import { Recorder, type Recorded } from '../record.ts'
import type { LogIn, RecordingSite } from '../site.ts'

/** An id of the right form that belongs to nothing. */
export const NOSUCH = '11111111-1111-1111-1111-111111111111'

/** The recorders of one run, and the servers that it made. */
export class NovaSession {
  readonly site: RecordingSite
  readonly user: LogIn
  /** As a member; what is recorded as an administrator lies there too. */
  readonly nova: Recorder
  readonly adminToken: string
  readonly neutron: Recorder
  readonly #pause: () => Promise<unknown>
  readonly #made: { readonly id: string; readonly token: string }[] = []

  constructor(site: RecordingSite, user: LogIn, admin: LogIn, pause: () => Promise<unknown>) {
    this.site = site
    this.user = user
    this.adminToken = admin.token
    this.nova = new Recorder(user.origin('compute'), user.token, (version) => ({
      'OpenStack-API-Version': `compute ${version}`,
    }))
    this.neutron = new Recorder(user.origin('network'), user.token)
    this.#pause = pause
  }

  get(name: string | undefined, path: `/${string}`, version = '2.79', token?: string): Promise<Recorded> {
    return this.nova.send(name, `GET /v2.1${path}`, { version, ...(token === undefined ? {} : { token }) })
  }

  act(name: string, id: string, action: object, token?: string): Promise<Recorded> {
    return this.nova.send(name, `POST /v2.1/servers/${id}/action`, {
      version: '2.79',
      body: action,
      ...(token === undefined ? {} : { token }),
    })
  }

  /** A valid server of one network; `undefined` takes a key away. */
  server(more: Readonly<Record<string, unknown>> = {}): object {
    const { flavors, image, networks } = this.site
    const server = {
      name: 'cap',
      flavorRef: flavors.tiny,
      imageRef: image,
      networks: [{ uuid: networks.own }],
      ...more,
    }
    return Object.fromEntries(Object.entries(server).filter(([, value]) => value !== undefined))
  }

  /** The new server's id; empty where it is refused. `once`: it is deleted at once. */
  async create(
    name: string | undefined,
    version: string,
    more: Readonly<Record<string, unknown>> = {},
    options: { readonly group?: string; readonly token?: string; readonly note?: string; readonly once?: boolean } = {},
  ): Promise<string> {
    const { group, token, note } = options
    const { body } = await this.nova.send(name, 'POST /v2.1/servers', {
      version,
      body: { server: this.server(more), ...(group === undefined ? {} : { 'os:scheduler_hints': { group } }) },
      ...(token === undefined ? {} : { token }),
      ...(note === undefined ? {} : { note }),
    })
    const id = textAt(body, 'server', 'id') ?? ''
    if (id === '') return ''
    this.#made.push({ id, token: token ?? this.user.token })
    if (options.once === true) await this.#delete(id, token ?? this.user.token)
    return id
  }

  /** Until it is in this state and at rest, failed, or gone. */
  async rest(id: string, status = 'ACTIVE'): Promise<void> {
    for (let tries = 0; tries < 600; tries += 1) {
      const { status: code, body } = await this.get(undefined, `/servers/${id}`, '2.79', this.adminToken)
      const now = textAt(body, 'server', 'status')
      const isAtRest = at(body, 'server', 'OS-EXT-STS:task_state') === null
      if (code === 404 || (isAtRest && (now === status || now === 'ERROR'))) return
      await this.#pause()
    }
    throw new Error(`server ${id} does not come to rest in ${status}`)
  }

  /** Deletes every server that was made, and waits for it. */
  async empty(): Promise<void> {
    const rows = listAt((await this.get(undefined, '/servers')).body, 'servers')
    const named = rows.map((row) => ({ id: textAt(row, 'id') ?? '', token: this.user.token }))
    const all = new Map([...this.#made, ...named].map((one) => [one.id, one.token]))
    this.#made.length = 0
    for (const [id, token] of all) await this.#delete(id, token)
    for (const id of all.keys()) await this.rest(id, 'DELETED')
  }

  async #delete(id: string, token: string): Promise<void> {
    await this.nova.send(undefined, `DELETE /v2.1/servers/${id}`, { version: '2.79', token })
  }

  /** Small enough to be exceeded; a cloud's own may be anything. */
  async limit(): Promise<void> {
    await this.nova.send(undefined, `PUT /v2.1/os-quota-sets/${this.user.projectId}`, {
      token: this.adminToken,
      body: { quota_set: { instances: 10, cores: 20, ram: 51_200, server_groups: 10, server_group_members: 10 } },
    })
  }

  async clear(): Promise<void> {
    await this.empty()
    await this.nova.send(undefined, `DELETE /v2.1/os-quota-sets/${this.user.projectId}`, { token: this.adminToken })
  }
}
