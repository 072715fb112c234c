import { createHash } from 'node:crypto'
import { createFakeServer, type FakeResponse, type UnixFakeServer } from '@amphora/conformance/fake-server'
import { unpackInto } from './fake-engine/archive.ts'
import { FakeContainer, type CreateRequest } from './fake-engine/container.ts'
import { FakeEvents, type FakeEvent } from './fake-engine/events.ts'

export { FakeContainer } from './fake-engine/container.ts'

export interface FakeEngineOptions {
  /** Default `1.41`. From 1.44 on a create takes several networks. */
  readonly apiVersion?: string
  /** Images on the engine. Default `amphora/haproxy:test`. */
  readonly images?: readonly string[]
  /** Images that a pull would bring, as `repository:tag`. */
  readonly registry?: readonly string[]
  /** Networks by name, beside `bridge`. */
  readonly networks?: readonly string[]
  readonly cpus?: number
  readonly memoryBytes?: number
}

/** A Docker Engine as its clients see it, on a unix socket of its own. Its shapes are those of Engine 20.10.24. */
export interface FakeEngine {
  readonly server: UnixFakeServer
  readonly socketPath: string
  /** What exists, foreign containers included, oldest first. */
  containers(): readonly FakeContainer[]
  /** By the engine's own name. */
  named(name: string): FakeContainer | undefined
  /** Something that nobody's driver made. It runs. */
  plant(name: string, labels?: Readonly<Record<string, string>>): FakeContainer
  /** Takes it away, and tells it to whoever listens for events. */
  remove(container: FakeContainer): void
  /** What `start` answers instead of starting; until it is set back to `undefined`. */
  failStart: FakeResponse | undefined
  /** What an image's container is once it has started: `running`, with a health that is `starting`, or over again. */
  startsAs: (container: FakeContainer) => void
  /** Runs for each line of a pull; may wait. */
  pulling: (() => Promise<void>) | undefined
  /** Changes a container's state and tells it to whoever listens for events. */
  change(container: FakeContainer, action: string, change: (container: FakeContainer) => void): void
  close(): Promise<void>
}

export async function createFakeEngine(options: FakeEngineOptions = {}): Promise<FakeEngine> {
  const { apiVersion = '1.41', cpus = 2, memoryBytes = 8 * 2 ** 30 } = options
  const images = new Set(options.images ?? ['amphora/haproxy:test'])
  const registry = new Set(options.registry ?? [])
  const networks = new Map(['bridge', ...(options.networks ?? [])].map((name) => [name, hexOf(`network ${name}`)]))
  const containers = new Map<string, FakeContainer>()
  const events = new FakeEvents()
  const manyNetworks = Number(apiVersion.split('.')[1]) >= 44
  let addresses = 1

  const server = await createFakeServer({ unix: true, rewrite: (path) => path.replace(/^\/v\d+\.\d+(?=\/)/, '') })
  const head = {
    'api-version': apiVersion,
    'docker-experimental': 'false',
    ostype: 'linux',
    server: `Docker/20.10.24 (linux)`,
  }

  const engine: FakeEngine = {
    server,
    socketPath: server.socketPath,
    containers: () => [...containers.values()],
    named: (name) => engine.containers().find((container) => container.name === name),
    plant: (name, labels = {}) => {
      const container = add(name, { Image: 'other/image:1', Labels: labels })
      container.state.Status = 'running'
      join(container, 'bridge')
      return container
    },
    remove: (container) => {
      containers.delete(container.id)
      tell('destroy', container)
    },
    failStart: undefined,
    startsAs: () => {},
    pulling: undefined,
    change: (container, action, change) => {
      change(container)
      tell(action, container)
    },
    close: () => server.close(),
  }

  const route: UnixFakeServer['route'] = (template, handler, more) =>
    server.route(
      template,
      async (request) => {
        const answer = await handler(request)
        return { ...answer, headers: { ...head, ...answer.headers } }
      },
      more,
    )

  /** The engine's own order of looking: the id, the name, the beginning of an id. */
  function lookUp(idOrName: string): FakeContainer | undefined {
    const prefixed = /^[0-9a-f]+$/.test(idOrName) ? engine.containers().filter(({ id }) => id.startsWith(idOrName)) : []
    return containers.get(idOrName) ?? engine.named(idOrName) ?? (prefixed.length === 1 ? prefixed[0] : undefined)
  }

  function networkNamed(idOrName: string): string | undefined {
    const isName = networks.has(idOrName)
    return isName ? idOrName : [...networks].find(([, id]) => id.startsWith(idOrName))?.[0]
  }

  function add(name: string, request: CreateRequest): FakeContainer {
    const newest = Math.max(0, ...engine.containers().map(({ createdMs }) => createdMs))
    const container = new FakeContainer(name, request, Math.max(Date.now(), newest + 1))
    containers.set(container.id, container)
    return container
  }

  function join(container: FakeContainer, network: string): void {
    addresses += 1
    const low = addresses % 256
    const high = Math.floor(addresses / 256)
    const mac = `02:42:ac:11:${high.toString(16).padStart(2, '0')}:${low.toString(16).padStart(2, '0')}`
    container.endpoints.set(network, { networkId: networks.get(network) ?? '', ip: `172.17.${high}.${low}`, mac })
  }

  function tell(action: string, { id, name, labels, request }: FakeContainer, more: Record<string, string> = {}): void {
    events.emit(action, id, { ...labels, image: request.Image ?? '', name, ...more })
  }

  const noSuch = (id: string): FakeResponse => says(404, `No such container: ${id}`)

  route('GET /_ping', () => ({ text: 'OK' }))
  route('GET /info', () => ({ json: { NCPU: cpus, MemTotal: memoryBytes, OSType: 'linux', Driver: 'overlay2' } }))
  route('GET /images/{+name}/json', ({ params: { name } }) =>
    images.has(name)
      ? { json: { Id: `sha256:${'1'.repeat(64)}`, RepoTags: [name] } }
      : says(404, `no such image: ${name}: No such image: ${name}`),
  )
  route('GET /networks/{id}', ({ params: { id } }) => {
    const name = networkNamed(id)
    return name === undefined
      ? says(404, `network ${id} not found`)
      : { json: { Name: name, Id: networks.get(name), Driver: 'bridge' } }
  })

  route('POST /containers/create', (received) => {
    const request = received.json() as CreateRequest
    const name = received.query.get('name') ?? ''
    const { Memory = 0, NanoCpus = 0, StorageOpt } = request.HostConfig ?? {}
    const image = request.Image ?? ''
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) {
      return says(400, `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`)
    }
    if (/[A-Z\s]/.test(image)) return says(400, 'invalid reference format: repository name must be lowercase')
    const endpoints = Object.keys(request.NetworkingConfig?.EndpointsConfig ?? {})
    if (endpoints.length > 1 && !manyNetworks) {
      return says(400, `Container cannot be connected to network endpoints: ${endpoints.join(', ')}`)
    }
    if (!images.has(image)) return says(404, `No such image: ${image}`)
    if (Memory > 0 && Memory < 6 * 2 ** 20) return says(400, 'Minimum memory limit allowed is 6MB')
    if (NanoCpus > cpus * 1e9) {
      return says(400, `Range of CPUs is from 0.01 to ${cpus}.00, as there are only ${cpus} CPUs available`)
    }
    if (StorageOpt !== undefined) {
      return says(500, `--storage-opt is supported only for overlay over xfs with 'pquota' mount option`)
    }
    const holder = engine.named(name)
    if (holder !== undefined) {
      return says(
        409,
        `Conflict. The container name "/${name}" is already in use by container "${holder.id}". You have to remove (or rename) that container to be able to reuse that name.`,
      )
    }
    const container = add(name, request)
    for (const network of endpoints) {
      const known = networkNamed(network)
      if (known !== undefined) join(container, known)
    }
    tell('create', container)
    return { status: 201, json: { Id: container.id, Warnings: [] } }
  })

  route('PUT /containers/{id}/archive', async ({ params: { id }, query, body }) => {
    const container = lookUp(id)
    if (container === undefined) return noSuch(id)
    const path = query.get('path') ?? ''
    const isVolume = Object.hasOwn(container.request.Volumes ?? {}, path)
    if (container.request.HostConfig?.ReadonlyRootfs === true && !isVolume) {
      return says(500, 'container rootfs is marked read-only')
    }
    const problem = await unpackInto(container, path, body, query.get('noOverwriteDirNonDir') === '1')
    if (problem !== undefined) return says(500, problem)
    tell('extract-to-dir', container)
    return { status: 200 }
  })

  route('POST /containers/{id}/start', ({ params: { id } }) => {
    const container = lookUp(id)
    if (container === undefined) return noSuch(id)
    const { state, request } = container
    if (state.Status === 'paused') return says(409, 'cannot start a paused container, try unpause instead')
    if (container.isRunning) return { status: 304 }
    if (engine.failStart !== undefined) {
      state.Error = 'the start was made to fail'
      state.ExitCode = 128
      return engine.failStart
    }
    const mode = request.HostConfig?.NetworkMode ?? 'bridge'
    const network = networkNamed(mode)
    if (network === undefined) {
      state.Error = `network ${mode} not found`
      state.ExitCode = 128
      return says(404, state.Error)
    }
    if (!container.endpoints.has(network)) join(container, network)
    state.Status = 'running'
    state.StartedAt = new Date().toISOString()
    engine.startsAs(container)
    tell('start', container)
    return { status: 204 }
  })

  route('POST /containers/{id}/pause', ({ params: { id } }) => {
    const container = lookUp(id)
    if (container === undefined) return noSuch(id)
    if (container.state.Status === 'paused') return says(409, `Container ${container.id} is already paused`)
    if (!container.isRunning) return says(409, `Container ${container.id} is not running`)
    engine.change(container, 'pause', ({ state }) => (state.Status = 'paused'))
    return { status: 204 }
  })

  route('POST /containers/{id}/unpause', ({ params: { id } }) => {
    const container = lookUp(id)
    if (container === undefined) return noSuch(id)
    if (container.state.Status !== 'paused') return says(500, `Container ${container.id} is not paused`)
    engine.change(container, 'unpause', ({ state }) => (state.Status = 'running'))
    return { status: 204 }
  })

  route('GET /containers/{id}/json', ({ params: { id } }) => {
    const container = lookUp(id)
    return container === undefined ? noSuch(id) : { json: container.inspection() }
  })

  route('GET /containers/json', ({ query }) => {
    const filters = JSON.parse(query.get('filters') ?? '{}') as { label?: string[]; before?: string[] }
    const [before] = filters.before ?? []
    const limit = Number(query.get('limit') ?? Infinity)
    const pivot = before === undefined ? undefined : lookUp(before)
    if (before !== undefined && pivot === undefined) return says(500, `no such container ${before}`)
    const rows = engine
      .containers()
      .filter(({ labels }) => hasLabels(labels, filters.label))
      .filter(({ createdMs }) => pivot === undefined || createdMs < pivot.createdMs)
      .filter(({ isRunning }) => query.get('all') === '1' || isRunning)
      .sort((a, b) => b.createdMs - a.createdMs)
      .slice(0, limit)
    return { json: rows.map((container) => container.row()), headers: { date: new Date().toUTCString() } }
  })

  route('DELETE /containers/{id}', ({ params: { id }, query }) => {
    const container = lookUp(id)
    if (container === undefined) return noSuch(id)
    const { state } = container
    if (state.Status === 'removing') return says(409, `removal of container ${container.id} is already in progress`)
    if (container.isRunning && query.get('force') !== '1') {
      return says(
        409,
        `You cannot remove a ${state.Status} container ${container.id}. Stop the container before attempting removal or force remove`,
      )
    }
    if (container.isRunning) tell('die', container, { exitCode: '137' })
    engine.remove(container)
    return { status: 204 }
  })

  route('POST /networks/{id}/connect', (received) => {
    const { id } = received.params
    const request = received.json() as { Container: string; EndpointConfig?: { IPAMConfig?: { IPv4Address?: string } } }
    const network = networkNamed(id)
    const container = lookUp(request.Container)
    if (network === undefined) return says(404, `network ${id} not found`)
    if (container === undefined) return noSuch(request.Container)
    if (container.isRunning && container.endpoints.has(network)) {
      return says(403, `endpoint with name ${container.name} already exists in network ${network}`)
    }
    join(container, network)
    const ip = request.EndpointConfig?.IPAMConfig?.IPv4Address
    const endpoint = container.endpoints.get(network)
    if (ip !== undefined && endpoint !== undefined) endpoint.ip = ip
    return { status: 200 }
  })

  route('POST /networks/{id}/disconnect', (received) => {
    const { id } = received.params
    const request = received.json() as { Container: string }
    const network = networkNamed(id)
    const container = lookUp(request.Container)
    if (network === undefined) return says(404, `network ${id} not found`)
    if (container === undefined) return noSuch(request.Container)
    if (container.endpoints.delete(network)) return { status: 200 }
    return says(500, `container ${container.id} is not connected to network ${network}`)
  })

  route('GET /events', ({ query, signal }) => {
    const filters = JSON.parse(query.get('filters') ?? '{}') as { label?: string[]; event?: string[] }
    const wants = ({ Action, Actor }: FakeEvent): boolean =>
      hasLabels(Actor.Attributes, filters.label) &&
      (filters.event === undefined || filters.event.some((one) => Action === one || Action.startsWith(`${one}:`)))
    return {
      stream: events.follow(Number(query.get('since') ?? 0), wants, signal),
      headers: { 'content-type': 'application/json' },
    }
  })

  route('POST /images/create', ({ query }) => {
    const reference = `${query.get('fromImage')}:${query.get('tag')}`
    const host = /^([^/]*[.:][^/]*)\//.exec(reference)?.[1]
    if (host !== undefined && !registry.has(reference)) {
      return says(500, `Get "https://${host}/v2/": dial tcp: lookup ${host}: no such host`)
    }
    return { stream: pull(reference), headers: { 'content-type': 'application/json' } }
  })

  async function* pull(reference: string): AsyncGenerator<string> {
    const tag = reference.slice(reference.lastIndexOf(':') + 1)
    yield line({ status: `Pulling from ${reference}`, id: tag })
    for (const layer of ['aaaaaaaaaaaa', 'bbbbbbbbbbbb']) {
      yield line({ status: 'Pulling fs layer', progressDetail: {}, id: layer })
    }
    for (const layer of ['aaaaaaaaaaaa', 'bbbbbbbbbbbb']) {
      await engine.pulling?.()
      yield line({ status: 'Downloading', progressDetail: { current: 1, total: 2 }, progress: '[=>  ]', id: layer })
      yield line({ status: 'Pull complete', progressDetail: {}, id: layer })
    }
    if (!registry.has(reference)) {
      const message = `manifest for ${reference} not found: manifest unknown: manifest unknown`
      yield line({ errorDetail: { message }, error: message })
      return
    }
    images.add(reference)
    yield line({ status: `Status: Downloaded newer image for ${reference}` })
  }

  return engine
}

function says(status: number, message: string): FakeResponse {
  return { status, json: { message } }
}

function line(value: object): string {
  return `${JSON.stringify(value)}\r\n`
}

function hexOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hasLabels(labels: Readonly<Record<string, string>>, wanted: readonly string[] = []): boolean {
  return wanted.every((pair) => {
    const [key = '', value] = pair.split('=', 2)
    return value === undefined ? Object.hasOwn(labels, key) : labels[key] === value
  })
}
