import type { FakeInstance } from './instance.ts'
import { refuse } from './refuse.ts'

/** What a project may have; -1 is no limit. */
export interface Quota {
  instances: number
  cores: number
  ram: number
  metadataItems: number
  keyPairs: number
  serverGroups: number
  serverGroupMembers: number
}

export const usualQuota: Quota = {
  instances: 10_000,
  cores: 20_000,
  ram: 51_200_000,
  metadataItems: 128,
  keyPairs: 100,
  serverGroups: 1000,
  serverGroupMembers: 1000,
}

/** Of a project's servers. */
export function used(instances: readonly FakeInstance[]): Record<'cores' | 'instances' | 'ram', number> {
  const sum = (of: 'vcpus' | 'ram'): number => instances.reduce((all, { order }) => all + order.flavor[of], 0)
  return { cores: sum('vcpus'), instances: instances.length, ram: sum('ram') }
}

export function demandQuota(
  quota: Quota,
  instances: readonly FakeInstance[],
  wanted: Record<'cores' | 'instances' | 'ram', number>,
): void {
  const now = used(instances)
  const overs = (['cores', 'instances', 'ram'] as const).filter(
    (key) => quota[key] >= 0 && now[key] + wanted[key] > quota[key],
  )
  if (overs.length === 0) return
  const each = (of: Readonly<Record<string, number>>): string => overs.map((key) => of[key]).join(', ')
  const names = overs.join(', ')
  const limits = { cores: quota.cores, instances: quota.instances, ram: quota.ram }
  throw refuse(
    403,
    `Quota exceeded for ${names}: Requested ${each(wanted)}, but already used ${each(now)} of ${each(limits)} ${names}`,
  )
}
