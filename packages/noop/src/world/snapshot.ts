import { createHash } from 'node:crypto'
import type { AmphoraFlavor, AmphoraType, PlacementPolicy } from '@amphora/core'
import type { Backend } from './backend.ts'
import type { Instance } from './instance.ts'

/** All that is in a world at one moment, as JSON-safe data that shares nothing with it. Contents show as size and hash. */
export interface WorldSnapshot {
  /** ISO 8601, UTC. */
  readonly takenAt: string
  readonly instances: readonly InstanceSnapshot[]
  /** Ports that were made for instances. */
  readonly ports: readonly { readonly id: string; readonly networkId: string; readonly ip: string }[]
  readonly groups: readonly GroupSnapshot[]
}

/** One instance at that moment. */
export interface InstanceSnapshot {
  readonly id: string
  readonly name: string
  /** Absent on what bears no mark. */
  readonly owner?: string
  readonly fingerprint?: string
  readonly type: AmphoraType
  /** The world's word for what it is doing. */
  readonly word: string
  readonly host: string
  readonly createdAt: string
  readonly flavor?: AmphoraFlavor
  readonly imageId?: string
  readonly secGroups: readonly string[]
  readonly placementGroupId?: string
  readonly availabilityZone?: string
  readonly addresses: readonly { readonly ip: string; readonly networkId: string; readonly portId: string }[]
  readonly keys: readonly ContentSnapshot[]
  readonly files: readonly (ContentSnapshot & { readonly path: string })[]
  readonly userData?: ContentSnapshot
}

/** One placement group at that moment. */
export interface GroupSnapshot {
  readonly id: string
  readonly name: string
  readonly owner: string
  readonly policy: PlacementPolicy
}

/** Content by its size and hash, since it may be secret. */
export interface ContentSnapshot {
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

export function snapshotOf(backend: Backend, wallClock: number): WorldSnapshot {
  const instances = backend.all().map((instance) => instanceOf(instance, backend.wordOf(instance)))
  const ports = backend.networks.made().map(({ id, networkId, ip }) => ({ id, networkId, ip }))
  const groups = backend.placement.groups().map((group) => ({ ...group }))
  // Leaves the absent out, as the type says, and copies deep.
  const copy: WorldSnapshot = JSON.parse(JSON.stringify({ takenAt: iso(wallClock), instances, ports, groups }))
  return copy
}

function instanceOf({ id, spec, host, createdAt, ports }: Instance, word: string): Loose<InstanceSnapshot> {
  const { keys, files, userData, networkIds: _networks, portIds: _ports, ...plain } = spec
  return {
    ...plain,
    id,
    word,
    host,
    createdAt: iso(createdAt),
    addresses: ports.map((port) => ({ ip: port.ip, networkId: port.networkId, portId: port.id })),
    keys: keys.map((key) => contentOf(Buffer.from(key))),
    files: files.map(({ path, bytes }) => ({ path, ...contentOf(bytes) })),
    userData: userData && contentOf(userData),
  }
}

type Loose<T> = { [K in keyof T]: T[K] | undefined }

function contentOf(bytes: Uint8Array): ContentSnapshot {
  return { bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') }
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
