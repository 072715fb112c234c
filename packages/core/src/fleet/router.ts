import type { AmphoraType } from '../amphora.ts'
import type { BuildRequest } from '../build-request.ts'
import { InvalidRequestError } from '../errors.ts'
import { DEFAULT_TYPE } from '../request/normalize.ts'
import type { BoundDriver } from './bound-driver.ts'
import { splitId } from './id.ts'

/** A request as it comes in: what is said about the binding still beside the order. */
export type RoutedRequest = BuildRequest & { readonly driver?: string }

const TYPES: readonly AmphoraType[] = ['VM', 'Container', 'BareMetal', 'HWLoadBalancer']

/** Finds the binding that is meant. */
export class Router {
  readonly #bindings: ReadonlyMap<string, BoundDriver>

  constructor(bindings: ReadonlyMap<string, BoundDriver>) {
    this.#bindings = bindings
  }

  all(): readonly BoundDriver[] {
    return [...this.#bindings.values()]
  }

  /** The one named, or all. @throws {InvalidRequestError} where there is none of that name. */
  named(driver: string | undefined): readonly BoundDriver[] {
    return driver === undefined ? this.all() : [this.one(driver)]
  }

  one(driver: unknown): BoundDriver {
    const bound = typeof driver === 'string' ? this.#bindings.get(driver) : undefined
    if (bound !== undefined) return bound
    throw new InvalidRequestError([`driver names one of the bindings (${this.#names()}); found ${shown(driver)}`])
  }

  /** The binding of an id, and the backend's own part of it. */
  byId(amphoraId: string, what?: string): { readonly bound: BoundDriver; readonly id: string } {
    const { driver, id } = splitId(amphoraId, what)
    const bound = this.#bindings.get(driver)
    if (bound !== undefined) return { bound, id }
    throw new InvalidRequestError([
      `the id ${JSON.stringify(amphoraId.slice(0, 80))} belongs to the binding "${driver}", which is not bound here (${this.#names()})`,
    ])
  }

  forType(type: AmphoraType): readonly BoundDriver[] {
    return this.all().filter((bound) => bound.definition.capabilities.types.includes(type))
  }

  /** The binding for a request, by `driver` or else by type. */
  forRequest(request: RoutedRequest): BoundDriver {
    if (typeof request !== 'object' || request === null) {
      throw new InvalidRequestError([
        `a build request is an object; found ${request === null ? 'null' : typeof request}`,
      ])
    }
    const { type = DEFAULT_TYPE, driver } = request
    if (!TYPES.includes(type)) {
      throw new InvalidRequestError([`type is one of ${TYPES.join(', ')}; found ${shown(type)}`])
    }
    const candidates = this.forType(type)
    if (driver === undefined) return onlyOne(type, candidates, this.#names())
    const bound = this.one(driver)
    if (candidates.includes(bound)) return bound
    const types = bound.definition.capabilities.types.join(', ')
    const given = request.type === undefined ? `${type}, which is meant where no type is given` : type
    throw new InvalidRequestError([`the driver "${bound.name}" builds ${types}; found type ${given}`])
  }

  #names(): string {
    return [...this.#bindings.keys()].join(', ') || 'there are none'
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : typeof value
}

function onlyOne(type: AmphoraType, candidates: readonly BoundDriver[], known: string): BoundDriver {
  const [first, second] = candidates
  if (first === undefined) throw new InvalidRequestError([`no binding builds ${type} (bound: ${known})`])
  if (second === undefined) return first
  const names = candidates.map((bound) => bound.name).join(', ')
  throw new InvalidRequestError([`several bindings build ${type} (${names}); say which with driver`])
}
