import type { PlacementPolicy } from '@amphora/core'

/** A placement group. It is its id alone: its members carry its tag, so nothing has to be kept of it. */
export interface Group {
  readonly policy: 'anti-affinity' | 'soft-anti-affinity'
  readonly name: string
}

export function isGroupPolicy(policy: PlacementPolicy): policy is Group['policy'] {
  return policy === 'anti-affinity' || policy === 'soft-anti-affinity'
}

export function groupId({ policy, name }: Group): string {
  return `${policy}.${name}`
}

/** `undefined` where it has not the form of an id of ours. */
export function readGroupId(id: string): Group | undefined {
  const found = /^(anti-affinity|soft-anti-affinity)\.([\w.-]{1,128})$/.exec(id)
  if (found === null) return undefined
  const [, policy, name = ''] = found
  return { policy: policy === 'anti-affinity' ? policy : 'soft-anti-affinity', name }
}
