import { createFakeServer, type FakeResponse, type RecordedRequest } from '@amphora/conformance/fake-server'
import type { Simulator } from '../simulator.ts'
import { createTokenBook, type TokenBook } from '../token-book.ts'
import { IMAGES, PASSWORD, TOKEN_PREFIX, USER, VLANS } from './setting.ts'

/** A vCMP host as its clients see it: guests over iControl REST. */
export interface FakeVcmp extends Simulator {
  readonly tokens: TokenBook
  readonly guests: ReadonlyMap<string, Readonly<Guest>>
  /** Virtual disks by name; how often one is still to be found in use. */
  readonly disks: Map<string, number>
  /** Whether everything that was changed would survive a reboot. */
  readonly isSaved: boolean
}

export interface FakeVcmpOptions {
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Cores in all. */
  readonly cores?: number
  /** No published guest has a `description`: whether this host knows the field, drops it, or refuses it (assumed, all three). */
  readonly descriptions?: 'kept' | 'dropped' | 'refused'
  /** Older hosts do not tell `requestComplete`. */
  readonly isSilentOnCompletion?: boolean
  /** What the virtual machines say at the next looks, one after the other, whatever they do. */
  readonly flapping?: string[]
}

interface Guest {
  config: Readonly<Record<string, unknown>>
  since: number
  forced: readonly [string, string] | undefined
}

const TM = '/mgmt/tm'
/** A user's tokens (K44237337; confidence: documentation). */
const MOST_TOKENS = 100
const LIFE_S = 1_200
/** Minutes on a host. */
const CHANGE_MS = 5
/** iControl SOAP, System::VCMP::VCMPGuestState: all but the first take hardware (confidence: documentation). */
const STATES: ReadonlySet<unknown> = new Set(['configured', 'provisioned', 'deployed'])

type Named = RecordedRequest<{ readonly name: string }>

export async function createFakeVcmp(options: FakeVcmpOptions = {}): Promise<FakeVcmp> {
  const { tls, descriptions = 'kept', isSilentOnCompletion = false, flapping = [] } = options
  const server = await createFakeServer(tls === undefined ? {} : { tls })
  const guests = new Map<string, Guest>()
  const disks = new Map<string, number>()
  let cores = options.cores ?? 512
  let isHolding = false
  let isSaved = true
  const tokens = createTokenBook({
    user: USER,
    password: PASSWORD,
    prefix: TOKEN_PREFIX,
    tokenOf: ({ 'x-f5-auth-token': token }) => (typeof token === 'string' ? token : undefined),
    cap: MOST_TOKENS,
    lifeMs: LIFE_S * 1_000,
  })

  function admitted<R extends RecordedRequest<unknown>>(act: (request: R) => FakeResponse) {
    return (request: R): FakeResponse =>
      tokens.check(request.headers) ? act(request) : says(401, 'X-F5-Auth-Token does not exist.')
  }

  const changed = (): void => void (isSaved = false)

  /** An allocation that fails undoes the change that wanted it (f5-ansible, min_number_of_slots; confidence: documentation). */
  function isTooMuch(name: string, config: Guest['config']): boolean {
    const others = [...guests].filter(([other]) => other !== name).map(([, guest]) => guest.config)
    return [...others, config].reduce((sum, one) => sum + coresOf(one), 0) > cores
  }

  function vmStatus({ config, since, forced }: Guest): string | undefined {
    const flap = flapping.shift()
    if (flap !== undefined) return flap
    if (forced !== undefined) return forced[1] === 'no stats' ? undefined : forced[1]
    const isDone = !isHolding && performance.now() - since >= CHANGE_MS
    switch (config['state']) {
      case 'deployed':
        return isDone ? 'running' : 'starting'
      case 'provisioned':
        return isDone ? 'stopped' : 'stopping'
      default:
        // Stats are there until a guest is fully disabled (f5-ansible; confidence: vendor-code).
        return isDone ? undefined : 'stopping'
    }
  }

  /** Recorded of 12.1.1, but for the names (pastebin.com/qZw5p8xB). */
  function statsOf(name: string, guest: Guest): readonly (readonly [string, object])[] {
    const status = vmStatus(guest)
    if (status === undefined) return []
    const told = (description: string): object => ({ description })
    const entries = {
      comment: told(' '),
      vmStatus: told(status),
      tmName: told(name),
      requestedState: told(String(guest.config['state'])),
      retries: { value: 0 },
      ...(isSilentOnCompletion ? {} : { requestComplete: told(status === 'starting' ? 'false' : 'true') }),
    }
    const link = `https://localhost${TM}/vcmp/guest/${name}/stats`
    return [[link, { nestedStats: { kind: 'tm:vcmp:guest:gueststats', selfLink: link, entries } }]]
  }

  server.route('POST /mgmt/shared/authn/login', (request) => {
    const given = request.json() as Record<string, unknown>
    const issued = tokens.issue(given['username'], given['password'])
    if ('token' in issued) return { json: { username: USER, token: { token: issued.token, timeout: LIFE_S } } }
    // k8s-bigip-ctlr #3780 (confidence: recorded).
    return issued.refused === 'cap'
      ? says(400, 'user bfd47ab5-b430-323c-83ea-0d7b87b6e244 has reached maximum active login tokens')
      : says(401, 'Authentication failed.')
  })
  server.route('DELETE /mgmt/shared/authz/tokens/{name}', (request) => {
    // One can give back nobody's but one's own (community.f5.com, token management; confidence: documentation).
    if (!tokens.check(request.headers)) return says(401, 'X-F5-Auth-Token does not exist.')
    tokens.revoke(request.params.name)
    return { json: { token: request.params.name } }
  })
  server.route(
    `GET ${TM}/vcmp/guest`,
    admitted(() => collection('tm:vcmp:guest:guestcollectionstate', [...guests.values()].map(configOf))),
  )
  server.route(
    `GET ${TM}/vcmp/guest/stats`,
    admitted(() => ({
      json: {
        kind: 'tm:vcmp:guest:guestcollectionstats',
        entries: Object.fromEntries([...guests].flatMap(([name, guest]) => statsOf(name, guest))),
      },
    })),
  )
  server.route(
    `GET ${TM}/vcmp/guest/{name}`,
    admitted<Named>(({ params: { name } }) => {
      const guest = guests.get(name)
      return guest === undefined ? absent(name) : { json: configOf(guest) }
    }),
  )
  server.route(
    `GET ${TM}/vcmp/guest/{name}/stats`,
    admitted<Named>(({ params: { name } }) => {
      const guest = guests.get(name)
      const stats = guest === undefined ? [] : statsOf(name, guest)
      // 404 while it is only configured (f5-ansible; confidence: vendor-code).
      if (stats.length === 0) return absent(name)
      return { json: { kind: 'tm:vcmp:guest:gueststats', entries: Object.fromEntries(stats) } }
    }),
  )
  server.route(
    `POST ${TM}/vcmp/guest`,
    admitted((request) => {
      const given = request.json() as Record<string, unknown>
      const name = String(given['name'])
      // 409 and this number (recorded of a data group).
      if (guests.has(name)) return says(409, `01020066:3: The requested vCMP guest (${name}) already exists.`)
      const refused = problemOf(given, descriptions)
      if (refused !== undefined) return says(400, refused)
      const { description, ...rest } = given
      const config = {
        ...DEFAULTS,
        ...rest,
        ...(descriptions === 'kept' && description !== undefined ? { description } : {}),
        virtualDisk: `${name}.img`,
      }
      if (isTooMuch(name, config)) return full(name)
      guests.set(name, { config, since: performance.now(), forced: undefined })
      // A disk is made by the system when hardware is given, and one that is there is used again (iControl SOAP, System::VCMP).
      disks.set(`${name}.img/1`, Number.POSITIVE_INFINITY)
      changed()
      return { json: configOf({ config }) }
    }),
  )
  server.route(
    `PATCH ${TM}/vcmp/guest/{name}`,
    admitted<Named>((request) => {
      const { name } = request.params
      const guest = guests.get(name)
      if (guest === undefined) return absent(name)
      const config: Guest['config'] = { ...guest.config, ...(request.json() as object) }
      if (!STATES.has(config['state'])) return says(400, 'invalid property value')
      if (isTooMuch(name, config)) return full(name)
      Object.assign(guest, { config, since: performance.now(), forced: undefined })
      changed()
      return { json: configOf(guest) }
    }),
  )
  server.route(
    `DELETE ${TM}/vcmp/guest/{name}`,
    admitted<Named>(({ params: { name } }) => {
      if (!guests.delete(name)) return absent(name)
      // The disk stays (f5-ansible, delete_virtual_disk; confidence: vendor-code), in use until all is down (assumed).
      disks.set(`${name}.img/1`, 1)
      changed()
      return { status: 200 }
    }),
  )
  server.route(
    `GET ${TM}/vcmp/virtual-disk`,
    admitted(() =>
      collection(
        'tm:vcmp:virtual-disk:virtual-diskcollectionstate',
        [...disks.keys()].map((name) => ({ kind: 'tm:vcmp:virtual-disk:virtual-diskstate', name })),
      ),
    ),
  )
  server.route(
    `DELETE ${TM}/vcmp/virtual-disk/{name}`,
    admitted<Named>((request) => {
      // A slash in a name is a tilde in an address (f5-ansible; confidence: vendor-code).
      const name = request.params.name.replaceAll('~', '/')
      const uses = disks.get(name)
      if (uses === undefined) return absent(name)
      disks.set(name, uses - 1)
      if (uses > 0) return says(400, `The virtual disk (${name}) is in use.`)
      disks.delete(name)
      changed()
      return { status: 200 }
    }),
  )
  server.route(
    `GET ${TM}/sys/software/image`,
    admitted(() =>
      collection(
        'tm:sys:software:image:imagecollectionstate',
        IMAGES.map((name) => ({ name })),
      ),
    ),
  )
  server.route(
    `GET ${TM}/net/vlan`,
    admitted(() =>
      collection(
        'tm:net:vlan:vlancollectionstate',
        Object.entries(VLANS).map(([fullPath, tag]) => ({ name: fullPath.split('/')[2], fullPath, tag })),
      ),
    ),
  )
  server.route(
    `POST ${TM}/sys/config`,
    admitted((request) => {
      const { command } = request.json() as { command?: unknown }
      if (command !== 'save') return says(400, 'unknown command')
      // All that anybody has changed (TMOS Concepts; confidence: documentation).
      isSaved = true
      return { json: { kind: 'tm:sys:config:savestate', command: 'save' } }
    }),
  )

  return {
    server,
    tokens,
    guests,
    disks,
    get isSaved() {
      return isSaved
    },
    inventory: () => [
      ...[...guests].map(([name, { config }]) => `${name}:${nonceOf(config)}`),
      ...[...disks.keys()].map((name) => `disk ${name}`),
    ],
    holds: (name) => guests.has(name),
    plant: (name) => {
      const config = { ...DEFAULTS, name, state: 'deployed', virtualDisk: `${name}.img` }
      guests.set(name, { config, since: performance.now(), forced: undefined })
      return `${name}:`
    },
    force: (name, word) => {
      const guest = guests.get(name)
      const [state = '', status] = word.split('/')
      if (guest === undefined) return
      const isPair = status !== undefined
      guest.config = { ...guest.config, state: isPair ? state : 'deployed' }
      guest.forced = isPair ? [state, status] : ['deployed', word]
    },
    setFull: (isFull) => void (cores = isFull ? 0 : (options.cores ?? 512)),
    setHeld: (isHeld) => void (isHolding = isHeld),
    close: () => server.close(),
  }
}

/** What a guest has beside what it is given (f5-common-python #666, terraform-provider-bigip; confidence: recorded). */
const DEFAULTS = {
  allowedSlots: [1, 2],
  coresPerSlot: 2,
  hostname: 'localhost.localdomain',
  managementGw: 'none',
  managementIp: 'none',
  managementNetwork: 'bridged',
  minSlots: 1,
  slots: 1,
  sslMode: 'shared',
  state: 'configured',
}

function configOf({ config }: Pick<Guest, 'config'>): Readonly<Record<string, unknown>> {
  return { kind: 'tm:vcmp:guest:gueststate', fullPath: config['name'], generation: 1, ...config }
}

function coresOf({ coresPerSlot, slots, state }: Guest['config']): number {
  return state === 'configured' ? 0 : Number(coresPerSlot) * Number(slots)
}

/** What the host checks before it takes a guest. */
function problemOf(given: Readonly<Record<string, unknown>>, descriptions: string): string | undefined {
  if (descriptions === 'refused' && 'description' in given) return '"description" unknown property'
  if (!IMAGES.includes(String(given['initialImage']))) return 'The initial image does not exist.'
  const { vlans = [], managementNetwork, managementIp, hostname = 'a.b', state } = given
  if (!Array.isArray(vlans) || !vlans.every((vlan) => Object.hasOwn(VLANS, String(vlan)))) return 'no such VLAN'
  // f5-ansible: a bridged guest needs an address (confidence: documentation).
  if (managementNetwork === 'bridged' && !/^[\d.]+\/\d+$/.test(String(managementIp))) return 'no management address'
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(String(hostname))) return 'the host name is no fully qualified domain name'
  return STATES.has(state) ? undefined : 'invalid property value'
}

function nonceOf(config: Guest['config']): string {
  const text = String(config['description'] ?? config['hostname']).replaceAll('.', ':')
  return /^amphora:[^:]+:[^:]+:([^:]+)/.exec(text)?.[1] ?? ''
}

/** Without items there is no list. */
function collection(kind: string, items: readonly object[]): FakeResponse {
  return { json: { kind, selfLink: 'https://localhost/mgmt', ...(items.length === 0 ? {} : { items }) } }
}

/** No source has the words (assumed). */
function full(name: string): FakeResponse {
  return says(400, `01071d2e:3: vCMP guest (${name}) could not be allocated: not enough cores.`)
}

/** f5-common-python, f5-ansible (confidence: recorded). */
function absent(name: string): FakeResponse {
  return says(404, `01020036:3: The requested vCMP guest (${name}) was not found.`)
}

function says(status: number, message: string): FakeResponse {
  return { status, json: { code: status, message, errorStack: [], apiError: 3 } }
}
