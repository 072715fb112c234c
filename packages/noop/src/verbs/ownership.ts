import type { Backend } from '../world/backend.ts'
import type { Instance, InstanceSpec } from '../world/instance.ts'
import { Refusal } from '../world/refusal.ts'

/** The id of what has the name already, where it is what this order asks for: ours, and of the same fingerprint. */
export function adopted(backend: Backend, instance: Instance, spec: InstanceSpec): string {
  if (instance.spec.owner !== spec.owner) throw new Refusal('foreign-name')
  if (backend.wordOf(instance) === 'deleting') throw new Refusal('being-deleted')
  if (instance.spec.fingerprint !== spec.fingerprint) throw new Refusal('other-order')
  return instance.id
}

/** Ours among these. */
export function owned(instances: readonly Instance[], owner: string): readonly Instance[] {
  return instances.filter((instance) => instance.spec.owner === owner)
}

/** Those that are not just being deleted. */
export function living(backend: Backend, instances: readonly Instance[]): readonly Instance[] {
  return instances.filter((instance) => backend.wordOf(instance) !== 'deleting')
}

/** For reading: what is not ours is not there. */
export function visible(backend: Backend, id: string, owner: string): Instance {
  const instance = backend.get(id)
  if (instance?.spec.owner !== owner) throw new Refusal('absent')
  return instance
}

/** For changing: what is not ours is left alone, and that is said. */
export function changeable(backend: Backend, id: string, owner: string): Instance {
  const instance = deletable(backend, id, owner)
  if (instance === undefined) throw new Refusal('absent')
  return instance
}

/** For deleting: what is gone is gone. */
export function deletable(backend: Backend, id: string, owner: string): Instance | undefined {
  const instance = backend.get(id)
  if (instance !== undefined && instance.spec.owner !== owner) throw new Refusal('foreign')
  return instance
}
