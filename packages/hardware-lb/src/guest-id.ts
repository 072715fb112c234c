import { readMark } from './mark.ts'
import type { Guest } from './profile/guest.ts'

/** `<appliance>:<key>:<incarnation>`: enough to find a guest again, and to tell it from a later one of its name. */
export interface GuestId {
  readonly appliance: string
  readonly key: string
  readonly incarnation: string
}

const PART = /^[A-Za-z0-9_.~-]{1,128}$/

/** `undefined` where it has not the form of an id, so that there can be no guest of this id. */
export function readId(id: string): GuestId | undefined {
  const [appliance = '', key = '', incarnation = '', ...more] = id.split(':')
  const isWhole = PART.test(appliance) && PART.test(key) && !/^\.{1,2}$/.test(key)
  return isWhole && more.length === 0 ? { appliance, key, incarnation } : undefined
}

/** The id of a guest on an appliance. */
export function idOf(
  appliance: string,
  { key, incarnation, mark }: Pick<Guest, 'key' | 'incarnation' | 'mark'>,
): string {
  // Where there is neither, keys themselves are never given twice.
  return writeId({ appliance, key, incarnation: incarnation ?? readMark(mark)?.nonce ?? '' })
}

function writeId({ appliance, key, incarnation }: GuestId): string {
  return `${appliance}:${key}:${incarnation}`
}
