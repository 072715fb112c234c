import { InvalidRequestError } from '../errors.ts'

const BINDING = /^[a-z][a-z0-9-]{0,30}$/
const MAX_ID = 512

/** An id as callers hold it: the binding, and the backend's own id. */
export interface RoutableId {
  readonly driver: string
  readonly id: string
}

export function joinId(driver: string, id: string): string {
  return `${driver}/${id}`
}

/** @throws {InvalidRequestError} where it cannot be an id of ours. */
export function splitId(id: unknown, what = 'an amphora id'): RoutableId {
  if (typeof id !== 'string') throw refused(what, id === null ? 'null' : typeof id)
  const at = id.indexOf('/')
  const [driver, own] = at < 0 ? ['', ''] : [id.slice(0, at), id.slice(at + 1)]
  const fits = BINDING.test(driver) && own !== '' && own !== '.' && own !== '..' && own.length <= MAX_ID
  if (!fits || hasBlank(own) || !own.isWellFormed()) throw refused(what, JSON.stringify(id.slice(0, 80)))
  return { driver, id: own }
}

/** Why a binding cannot have this name; `undefined` where it can. */
export function bindingNameProblem(name: string): string | undefined {
  if (BINDING.test(name)) return undefined
  return `the binding ${JSON.stringify(name)} is named by 1 to 31 lower case letters, digits and hyphens, a letter first`
}

function hasBlank(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit <= 0x20 || unit === 0x7f) return true
  }
  return false
}

function refused(what: string, found: string): InvalidRequestError {
  return new InvalidRequestError([`${what} is "<binding>/<backend's id>", as it was given to you; found ${found}`])
}
