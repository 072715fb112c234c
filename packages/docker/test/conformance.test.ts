import { conformance, type BackendControl, type Fault, type Undo, type Verb } from '@amphora/conformance'
import type { RouteTemplate, WireFault } from '@amphora/conformance/fake-server'
import { describe, it } from 'vitest'
import { docker } from '../src/index.ts'
import { createFakeEngine, type FakeContainer, type FakeEngine } from './fake-engine.ts'

const PAGE = 10
const OWNED_FILES = ['/etc/amphora/authorized_keys', '/etc/amphora/user-data']

/** The request that does a verb's deed. */
const deeds: Readonly<Record<Verb, RouteTemplate>> = {
  build: 'POST /containers/create',
  delete: 'DELETE /containers/{id}',
  status: 'GET /containers/{id}/json',
  getAmphora: 'GET /containers/{id}/json',
  find: 'GET /containers/{id}/json',
  list: 'GET /containers/json',
  suspend: 'POST /containers/{id}/pause',
  resume: 'POST /containers/{id}/unpause',
  watch: 'GET /events',
  check: 'GET /_ping',
}

/** Whoever owns it: names on the engine are the owner's and the request's. */
function ours(engine: FakeEngine, name: string): FakeContainer {
  const found = engine.containers().find((container) => container.labels['amphora.name'] === name)
  if (found === undefined) throw new Error(`nothing is called ${name}`)
  return found
}

function undo(work: () => void | Promise<void>): Undo {
  return { [Symbol.asyncDispose]: async () => work() }
}

const backend: BackendControl<FakeEngine> = {
  inventory: (engine) => engine.containers().map(({ id, name }) => `${id} ${name}`),
  settle: (engine) => engine.server.idle(),
  arrived: (engine, name) => {
    const files = new Map([...ours(engine, name).files].map(([path, { bytes }]) => [path, bytes]))
    const [keysPath = '', userDataPath = ''] = OWNED_FILES
    const keys = new TextDecoder().decode(files.get(keysPath)).split('\n').filter(Boolean)
    const userData = files.get(userDataPath)
    for (const path of OWNED_FILES) files.delete(path)
    return { files, userData, keys }
  },
  plantForeign: (engine, name) => {
    const { id } = engine.plant(`amphora-${name}`)
    return { id }
  },
  requests: (engine) => engine.server.count(),
  force: (engine, name, word) => {
    engine.change(ours(engine, name), 'update', ({ state }) => (state.Status = word))
  },
  exhaust: (engine) => {
    const message = "no available IPv4 addresses on this network's address pools: bridge"
    engine.failStart = { status: 500, json: { message } }
    return undo(() => void (engine.failStart = undefined))
  },
  holdBuilds: (engine) => {
    const held: FakeContainer[] = []
    engine.startsAs = (container) => {
      container.state.Health = { Status: 'starting', FailingStreak: 0, Log: [] }
      held.push(container)
    }
    return undo(() => {
      engine.startsAs = () => undefined
      for (const container of held) {
        engine.change(container, 'health_status: healthy', ({ state }) => {
          if (state.Health !== undefined) state.Health.Status = 'healthy'
        })
      }
    })
  },
  down: (engine) => engine.server.down(),
  inject: async (engine, fault) => {
    if (fault.kind === 'refuse') return engine.server.down({ staleSocket: true })
    return engine.server.inject(wireFault(fault))
  },
}

function wireFault({ on, ...fault }: Fault): WireFault {
  if (fault.kind === 'refuse') return { kind: 'refuse' }
  return { ...fault, on: deeds[on] }
}

const request = { type: 'Container', imageId: 'amphora/haproxy:test' } as const

conformance(
  { describe, it, concurrently: it.concurrent },
  {
    name: '@amphora/docker on a fake engine',
    plugin: docker,
    open: () => createFakeEngine({ networks: ['front'] }),
    close: (engine) => engine.close(),
    driver: (engine) => docker({ socketPath: engine.socketPath, pageSize: PAGE }),
    request: (name) => ({ ...request, name }),
    otherRequest: (name) => ({ ...request, name, flavor: { memoryMiB: 64 } }),
    secrets: [],
    backend,
    options: { socketPath: '/var/run/docker.sock', flavors: { small: { vcpus: 1 } }, pull: 'never' },
    badOptions: [{ socketPath: 'relative', pull: 'always' }],
    unknownImage: 'nobody/nothing:1',
    states: {
      created: 'building',
      running: 'active',
      paused: 'suspended',
      restarting: 'error',
      removing: 'deleting',
      exited: 'stopped',
      dead: 'error',
    },
    imageFile: '/etc/passwd',
    pageSize: PAGE,
    attachTarget: { networkId: 'front' },
  },
)
