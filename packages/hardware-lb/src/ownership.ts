import type { BuildOrder } from '@amphora/core'
import { fingerprintTag, readMark, type Mark } from './mark.ts'
import type { Guest } from './profile/guest.ts'

/** Whose guests these are, and what the box calls them. */
export interface Ownership {
  readonly owner: string
  /** The name on the box. */
  guestName(name: string): string
  /** The name that the caller gave; `undefined` where the guest is not ours. */
  requestName(guest: Pick<Guest, 'name' | 'mark'>): string | undefined
  /** The mark, where it is one of ours. */
  markOf(guest: Pick<Guest, 'mark'>): Mark | undefined
}

/** By a mark in a text field: the name is free, and may have a prefix. By name: the owner, which has no hyphen, begins it. */
export function ownershipOf(owner: string, by: 'mark' | 'name', namePrefix: string): Ownership {
  const prefix = by === 'name' ? `${owner}-` : namePrefix
  const markOf: Ownership['markOf'] = ({ mark }) => {
    const read = readMark(mark)
    return read?.owner === owner ? read : undefined
  }
  return {
    owner,
    guestName: (name) => `${prefix}${name}`,
    requestName: (guest) => {
      const isOurs = guest.name.startsWith(prefix) && (by === 'name' || markOf(guest) !== undefined)
      return isOurs ? guest.name.slice(prefix.length) : undefined
    },
    markOf,
  }
}

/** Whether the mark says that this very order made the guest. */
export function isMarkOf(mark: Mark | undefined, { fingerprint }: Pick<BuildOrder, 'fingerprint'>): boolean {
  return mark?.fingerprint === fingerprintTag(fingerprint)
}
