import type { BackendControl, Fault as WireFault, Subject } from '@amphora/conformance'
import type { AmphoraState } from '@amphora/core'
import { noop, type Fault, type Laws, type NoopOptions } from '../src/index.ts'
import { Stage } from './stage.ts'

/** With its control over the backend by itself, for whoever wants to alter it. */
export interface NoopSubject extends Subject<Stage> {
  readonly control: Required<BackendControl<Stage>>
}

/** Noop as the conformance kit takes it, with everything that the kit can do to a backend done to a world. */
export function noopSubject(laws: Laws = {}, options: Omit<NoopOptions, 'world' | keyof Laws> = {}): NoopSubject {
  const pageSize = 3
  return {
    name: 'noop',
    plugin: noop,
    open: () => new Stage(laws),
    driver: ({ world }) => noop({ pageSize, latencyMs: 2, pollMs: 5, ...options, world }),
    request: () => ({ imageId: 'image-1', networkIds: ['front'] }),
    otherRequest: () => ({ imageId: 'image-1', networkIds: ['back'] }),
    secrets: [],
    backend: control,
    control,
    options: { latencyMs: 2, buildMs: 20, pageSize, refuses: ['portIds'] },
    badOptions: [{ latencyMs: -1, pageSize: 'three' }],
    unknownImage: 'image-2',
    states: Object.fromEntries(STATES.map((state) => [state, state])),
    imageFile: '/etc/hostname',
    pageSize,
    attachTarget: { networkId: 'side' },
    limits: { callMs: 10_000, stateMs: 8_000, patienceMs: 300 },
  }
}

const control: Required<BackendControl<Stage>> = {
  inventory: ({ world }) => world.inventory(),
  settle: (stage) => stage.settle(),
  arrived: ({ world }, name) => world.arrived(name),
  plantForeign: ({ world }, name) => ({ id: world.plantForeign(name) }),
  requests: ({ world }) => world.calls.count(),
  force: ({ world }, name, word) =>
    world.force(name, word, word === 'error' ? { fault: 'It has burnt down' } : undefined),
  exhaust: ({ world }) => world.exhaust(),
  holdBuilds: (stage) => stage.hold(),
  down: ({ world }) => world.script.down(),
  inject: (stage, fault) => {
    if (fault.kind === 'act-late') stage.expectLate(fault.afterMs)
    return stage.world.script.on(fault.on, inTheWorld(fault), { times: fault.times ?? Infinity })
  },
  hostOf: (stage, name) => stage.hostOf(name),
}

/** What stands for a fault of the wire where there is none. */
function inTheWorld(fault: WireFault): Fault {
  switch (fault.kind) {
    case 'status': {
      const seconds = fault.headers?.['retry-after']
      return {
        kind: 'status',
        status: fault.status,
        ...(seconds !== undefined && { retryAfterMs: Number(seconds) * 1_000 }),
      }
    }
    case 'redirect':
      return { kind: 'status', status: 302 }
    case 'reset-before':
      return { kind: 'reset' }
    case 'act-late':
      return { kind: 'act-late', afterMs: fault.afterMs }
    case 'slow-drip':
      return { kind: 'hang', acts: true }
    case 'malformed':
    case 'empty':
    case 'wrong-shape':
    case 'cut-body':
    case 'huge-body':
      return { kind: 'garbage' }
    default:
      return { kind: fault.kind }
  }
}

const STATES: readonly AmphoraState[] = [
  'building',
  'active',
  'suspending',
  'suspended',
  'resuming',
  'stopped',
  'deleting',
  'deleted',
  'error',
]
