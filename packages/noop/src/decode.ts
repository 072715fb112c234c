import type { AmphoraAddress, AmphoraFlavor, AmphoraState, ReportedAmphora, ReportedStatus } from '@amphora/core'
import type { Instance } from './world/instance.ts'
import type { Word } from './world/lifecycle.ts'
import type { Port } from './world/networks.ts'

/** An instance as callers see it; `word` is what the world says of it now. */
export function toAmphora(instance: Instance, word: string): ReportedAmphora {
  const { id, spec, ports, createdAt } = instance
  return {
    id,
    name: spec.name,
    type: spec.type,
    status: toStatus(instance, word),
    addresses: ports.map(toAddress),
    ...(spec.flavor !== undefined && { flavor: toFlavor(spec.flavor) }),
    ...(spec.imageId !== undefined && { imageId: spec.imageId }),
    ...(spec.availabilityZone !== undefined && { availabilityZone: spec.availabilityZone }),
    createdAt: new Date(createdAt).toISOString(),
  }
}

/** Why it failed is said only of what is in `error`. */
export function toStatus({ motion }: Instance, word: string): ReportedStatus {
  const state = toState(word)
  return { state, raw: word, ...(state === 'error' && motion.ending) }
}

/** Total: a word that nobody has mapped is `unknown`. */
export function toState(word: string): AmphoraState {
  return STATES.get(word) ?? 'unknown'
}

const EACH: Readonly<Record<Word, AmphoraState>> = {
  building: 'building',
  active: 'active',
  suspending: 'suspending',
  suspended: 'suspended',
  resuming: 'resuming',
  stopped: 'stopped',
  deleting: 'deleting',
  deleted: 'deleted',
  error: 'error',
}
const STATES: ReadonlyMap<string, AmphoraState> = new Map(Object.entries(EACH))

export function toAddress({ id, ip, networkId, mac }: Port): AmphoraAddress {
  return { ip, family: 4, networkId, portId: id, mac }
}

/** A size is shown in the order in which people say it: `2 vcpu, 4096 MiB, 20 GiB`. */
function toFlavor(flavor: AmphoraFlavor): string {
  if (typeof flavor === 'string') return flavor
  const { vcpus, memoryMiB, storageGiB } = flavor
  const parts = [
    vcpus !== undefined && `${vcpus} vcpu`,
    memoryMiB !== undefined && `${memoryMiB} MiB`,
    storageGiB !== undefined && `${storageGiB} GiB`,
  ]
  return parts.filter(Boolean).join(', ')
}
