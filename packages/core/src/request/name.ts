import { randomBytes, randomUUID } from 'node:crypto'
import type { DriverDefinition } from '../define-driver.ts'

type Naming = NonNullable<DriverDefinition<unknown, never>['naming']>

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/
const SHORTEST = 12

/** Why the name is refused; `undefined` where it is not. */
export function nameProblem(name: unknown, naming: Naming | undefined): string | undefined {
  if (typeof name !== 'string') return `name is a string; found ${name === null ? 'null' : typeof name}`
  if (!NAME.test(name)) {
    return `name is 1 to 128 letters, digits, "_", "." and "-", a letter or digit first; found ${shown(name)}`
  }
  if (naming === undefined) return undefined
  if (name.length > naming.maxLength) {
    return `name has at most ${naming.maxLength} characters on this driver; found ${name.length}`
  }
  if (!whole(naming.pattern, name)) return `name matches ${String(naming.pattern)} on this driver; found ${shown(name)}`
  return undefined
}

/** A name that nothing has had before, within the driver's rules; `undefined` where those leave no room for one. */
export function freshName(naming: Naming | undefined): string | undefined {
  const longest = naming?.maxLength ?? Number.POSITIVE_INFINITY
  const candidates = [`amphora-${randomUUID()}`]
  if (longest >= SHORTEST) candidates.push(`a${base36(Math.min(longest, 32) - 1)}`)
  return candidates.find((name) => nameProblem(name, naming) === undefined)
}

/** 12 characters give 56 bits, 32 give 160. */
function base36(length: number): string {
  return BigInt(`0x${randomBytes(32).toString('hex')}`)
    .toString(36)
    .padStart(49, '0')
    .slice(-length)
}

function whole(pattern: RegExp, text: string): boolean {
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, '')).test(text)
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
