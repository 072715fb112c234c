import {
  ApplianceError,
  hardwareDriver,
  type Appliance,
  type ApplianceProfile,
  type Created,
  type Explanation,
  type Guest,
  type GuestOrder,
  type Identity,
  type Login,
  type Refusal,
  type RestClient,
} from '@amphora/hardware-lb'

const capabilities = {
  types: ['HWLoadBalancer'],
  flavor: 'named',
  suspend: 'disk',
  availabilityZones: true,
  placementGroups: true,
  watch: true,
} as const

/** What the box answers: { name, note, cpus, power: 'on' | 'off', health: 'up' | 'starting' | 'down' }. */
function guestOf(body: unknown): Guest {
  const { name, note, power, health } = { ...(body as Readonly<Record<string, unknown>>) }
  if (typeof name !== 'string') throw unreadable()
  return {
    key: name,
    name,
    mark: typeof note === 'string' ? note : undefined,
    status: statusOf(String(power), String(health)),
    addresses: [],
  }
}

/** Total: a word that nobody has mapped is `unknown`. */
function statusOf(power: string, health: string): Guest['status'] {
  const raw = `${power}/${health}`
  if (power === 'off') return { state: 'suspended', raw }
  if (power !== 'on') return { state: 'unknown', raw }
  if (health === 'up') return { state: 'active', raw }
  if (health === 'starting') return { state: 'building', raw }
  if (health === 'down') return { state: 'error', raw, fault: 'it is down', reason: 'shelf/down' }
  return { state: 'unknown', raw }
}

/** What the box's refusals mean, where they mean more than their status. */
function explain({ method, status }: Refusal): Explanation | undefined {
  if (method !== 'POST') return undefined
  if (status === 409) return { code: 'already-exists', reason: 'name-taken', message: 'a guest of this name exists' }
  if (status === 507) return { code: 'resource-exhausted', reason: 'no-room', message: 'it has no room' }
  return undefined
}

const login: Login = {
  login: async ({ username, password, signal, send }) => {
    const json = { user: username, password }
    const { body } = await send({ method: 'POST', path: ['session'], json, step: 'log in', signal })
    const { token, seconds } = { ...(body as Readonly<Record<string, unknown>>) }
    if (typeof token !== 'string' || typeof seconds !== 'number') throw unreadable()
    return { value: token, lifeMs: seconds * 1_000 }
  },
  headers: (token) => ({ 'x-token': token }),
  logout: (token, { signal, send }) =>
    send({ method: 'DELETE', path: ['session'], headers: { 'x-token': token }, step: 'log out', signal }),
}

class Shelf implements Appliance {
  readonly #rest: RestClient

  constructor(rest: RestClient) {
    this.#rest = rest
  }

  async identify(signal: AbortSignal): Promise<Identity> {
    const { body } = await this.#rest.send({ method: 'GET', path: ['about'], step: 'say what it is', signal })
    const { product, version } = { ...(body as Readonly<Record<string, unknown>>) }
    if (product !== 'shelf') throw unreadable()
    return { version: String(version), warnings: [] }
  }

  async find(name: string, signal: AbortSignal): Promise<readonly Guest[]> {
    const guest = await this.read(name, signal)
    return guest === undefined ? [] : [guest]
  }

  /** 404 is an answer here, and the only one that says that there is none. */
  async read(key: string, signal: AbortSignal): Promise<Guest | undefined> {
    const request = { method: 'GET', path: ['guests', key], accept: [404], step: 'describe the guest', signal } as const
    const { status, body } = await this.#rest.send(request)
    return status === 404 ? undefined : guestOf(body)
  }

  async list(signal: AbortSignal): Promise<readonly Guest[]> {
    const { body } = await this.#rest.send({ method: 'GET', path: ['guests'], step: 'list the guests', signal })
    if (!Array.isArray(body)) throw unreadable()
    return body.map(guestOf)
  }

  /** The mark goes into the very request that makes the guest. */
  async create({ name, mark, size }: GuestOrder, signal: AbortSignal): Promise<Created> {
    const json = { name, note: mark, cpus: size.vcpus ?? 1 }
    await this.#rest.send({ method: 'POST', path: ['guests'], json, step: 'create the guest', signal })
    return { key: name }
  }

  async suspend({ key }: Guest, signal: AbortSignal): Promise<void> {
    await this.#power(key, 'off', signal)
  }

  async resume({ key }: Guest, signal: AbortSignal): Promise<void> {
    await this.#power(key, 'on', signal)
  }

  async remove({ key }: Guest, signal: AbortSignal): Promise<void> {
    const step = 'delete the guest'
    await this.#rest.send({ method: 'DELETE', path: ['guests', key], accept: [404], step, signal })
  }

  async #power(key: string, power: 'on' | 'off', signal: AbortSignal): Promise<void> {
    const step = `turn the guest ${power}`
    await this.#rest.send({ method: 'PATCH', path: ['guests', key], json: { power }, step, signal })
  }
}

/** The box may have acted: whatever it meant, it was not this. */
function unreadable(): ApplianceError {
  return new ApplianceError('The shelf answered with something else than it should', {
    verdict: 'unsure',
    code: 'internal',
    reason: 'shelf/unreadable-answer',
  })
}

export const shelfProfile: ApplianceProfile<typeof capabilities> = {
  name: 'shelf',
  title: 'The shelf',
  capabilities,
  naming: { maxLength: 40, pattern: /[a-z][a-z0-9-]*/ },
  ownership: 'mark',
  names: 'unique',
  credentials: 'password',
  dimensions: ['vcpus'],
  wait: { pollMs: 1_000, timeoutMs: 300_000 },
  problems: ({ size: { vcpus = 1 } }) => (Number.isInteger(vcpus) ? [] : ['vcpus is a whole number here']),
  connect: (_appliance, { rest }) => new Shelf(rest({ login, explain })),
}

/** `shelf({ inventory })` is a driver like any other. */
export const shelf = hardwareDriver(shelfProfile)
