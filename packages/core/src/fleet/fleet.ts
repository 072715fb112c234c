import type { Amphora, AmphoraAddress, AmphoraState, AmphoraStatus, AmphoraType } from '../amphora.ts'
import type { AmphoraQuery, CallOptions, Compute, DriverHealth, PlacementGroup } from '../compute.ts'
import type { AttachTarget, Call } from '../driver.ts'
import { AmphoraComputeError, InstanceNotFoundError, InvalidRequestError, NotImplementedError } from '../errors.ts'
import type { GuardedVerb } from '../guard/verbs.ts'
import type { BoundDriver } from './bound-driver.ts'
import type { Builder } from './builder.ts'
import { checkHealth, healthOf } from './health.ts'
import { joinId } from './id.ts'
import { listAll } from './lister.ts'
import type { Lookout } from './lookout.ts'
import { merged } from './merge.ts'
import { presentAmphora, presentStatus } from './present.ts'
import { attachProblem, groupProblem, queryProblem, stateProblem, textProblem } from './argument-rules.ts'
import type { RoutedRequest, Router } from './router.ts'
import { StateChanges } from './state-changes.ts'
import { checkCallOptions } from './timeouts.ts'
import { verbError } from './verb-error.ts'
import { waitForState } from './wait.ts'
import { watchStream } from './watch-stream.ts'

const LONGEST_MS = 2 ** 31 - 1

/** What serves one binding beside its driver. */
export interface Station {
  readonly builder: Builder
  readonly lookout: Lookout
}

type ListOptions = CallOptions & { readonly driver?: string }

/** The verbs of `Compute`: find the binding, call its driver, show the result. */
export class Fleet implements Compute {
  readonly #router: Router
  readonly #stations: ReadonlyMap<BoundDriver, Station>
  readonly #shutDown: () => Promise<void>
  #closed: Promise<void> | undefined

  constructor(router: Router, stations: ReadonlyMap<BoundDriver, Station>, shutDown: () => Promise<void>) {
    this.#router = router
    this.#stations = stations
    this.#shutDown = shutDown
  }

  async build(request: RoutedRequest, options: CallOptions = {}): Promise<string> {
    const bound = this.#router.forRequest(request)
    return this.#station(bound).builder.build(this.#orderFor(bound, request), options)
  }

  async validate(request: RoutedRequest, options: CallOptions = {}): Promise<readonly string[]> {
    try {
      const bound = this.#router.forRequest(request)
      const own = this.#orderFor(bound, request)
      const of = request.name === undefined ? 'the request' : JSON.stringify(request.name)
      return await bound.call('validate', { of, amphoraName: request.name }, options, async (call) => {
        const order = await this.#station(bound).builder.order(own, call.signal).catch(problemsOf)
        return 'fingerprint' in order ? ((await bound.driver.validate?.(order, call)) ?? []) : order
      })
    } catch (error) {
      return problemsOf(error)
    }
  }

  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#onId('delete', id, options, (bound, own, call) => bound.driver.delete(own, call))
  }

  async status(id: string, options: CallOptions = {}): Promise<AmphoraStatus> {
    return this.#onId('status', id, options, async ({ driver }, own, call) =>
      presentStatus(
        await (driver.status?.(own, call) ?? driver.getAmphora(own, call).then((amphora) => amphora.status)),
      ),
    )
  }

  async getAmphora(query: AmphoraQuery, options: CallOptions = {}): Promise<Amphora> {
    refuse(queryProblem(query))
    if (query.id === undefined) return this.#byName(query.name, query.driver, options)
    return this.#onId('getAmphora', query.id, options, async (bound, own, call) =>
      presentAmphora(bound.name, await bound.driver.getAmphora(own, call)),
    )
  }

  async suspend(id: string, options: CallOptions = {}): Promise<void> {
    await this.#onId('suspend', id, options, (bound, own, call) =>
      bound.able('suspend', bound.definition.capabilities.suspend !== undefined).suspend(own, call),
    )
  }

  async resume(id: string, options: CallOptions = {}): Promise<void> {
    await this.#onId('resume', id, options, (bound, own, call) =>
      bound.able('resume', bound.definition.capabilities.suspend !== undefined).resume(own, call),
    )
  }

  async *list(options: ListOptions = {}): AsyncGenerator<Amphora, void, void> {
    for (const bound of this.#router.named(options.driver)) yield* listAll(bound, options)
  }

  async *watch(options: ListOptions = {}): AsyncGenerator<Amphora, void, void> {
    checkCallOptions(options, { mayNameDriver: true })
    const watched = this.#router.named(options.driver)
    for (const bound of watched) bound.able('watch', bound.definition.capabilities.watch === true)
    const streams = watched.map((bound) => this.#watchOne(bound, options))
    yield* merged(streams)
  }

  waitFor(id: string, state: 'deleted', options?: CallOptions): Promise<void>
  waitFor(id: string, state: Exclude<AmphoraState, 'deleted'>, options?: CallOptions): Promise<Amphora>
  async waitFor(id: string, state: AmphoraState, options: CallOptions = {}): Promise<Amphora | void> {
    refuse(stateProblem(state))
    const { bound, id: own } = this.#router.byId(id)
    return waitForState(bound, this.#station(bound).lookout, own, state, options)
  }

  async attachNetworkOrPort(id: string, target: AttachTarget, options: CallOptions = {}): Promise<AmphoraAddress> {
    refuse(attachProblem(target))
    return this.#onId('attachNetworkOrPort', id, options, async (bound, own, call) => {
      const driver = bound.able('attachNetworkOrPort', bound.definition.capabilities.attach === true)
      return { ...(await driver.attachNetworkOrPort(own, target, call)) }
    })
  }

  async detachPort(id: string, portId: string, options: CallOptions = {}): Promise<void> {
    refuse(textProblem('portId', portId))
    await this.#onId('detachPort', id, options, (bound, own, call) =>
      bound.able('detachPort', bound.definition.capabilities.attach === true).detachPort(own, portId, call),
    )
  }

  async createPlacementGroup(group: PlacementGroup, options: CallOptions = {}): Promise<string> {
    refuse(groupProblem(group))
    const bound = this.#forGroups(group.driver)
    const driver = bound.able('createPlacementGroup', bound.definition.capabilities.placementGroups === true)
    const of = `${JSON.stringify(group.name)} on "${bound.name}"`
    const id = await bound.call('createPlacementGroup', { of }, options, (call) =>
      driver.createPlacementGroup(group.name, group.policy, call),
    )
    return joinId(bound.name, id)
  }

  async deletePlacementGroup(id: string, options: CallOptions = {}): Promise<void> {
    const { bound, id: own } = this.#router.byId(id, 'a placement group id')
    const driver = bound.able('deletePlacementGroup', bound.definition.capabilities.placementGroups === true)
    await bound.call('deletePlacementGroup', { of: id }, options, (call) => driver.deletePlacementGroup(own, call))
  }

  check(options: CallOptions = {}): Promise<readonly DriverHealth[]> {
    return Promise.all(this.#router.all().map((bound) => checkHealth(bound, options)))
  }

  health(): readonly DriverHealth[] {
    return this.#router.all().map(healthOf)
  }

  driversFor(type: AmphoraType): readonly string[] {
    return this.#router.forType(type).map((bound) => bound.name)
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#shutDown())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #onId<T>(
    verb: GuardedVerb,
    id: string,
    options: CallOptions,
    work: (bound: BoundDriver, own: string, call: Call) => Promise<T>,
  ): Promise<T> {
    const { bound, id: own } = this.#router.byId(id)
    return bound.call(verb, { of: id, amphoraId: id }, options, async (call) => work(bound, own, call))
  }

  async #byName(name: string, driver: string | undefined, options: CallOptions): Promise<Amphora> {
    const asked = this.#router.named(driver)
    const of = JSON.stringify(name)
    const found = await Promise.all(
      asked.map((bound) =>
        bound.call('find', { of: `${of} on "${bound.name}"`, amphoraName: name }, options, async (call) =>
          (await bound.driver.find(name, call)).map((amphora) => presentAmphora(bound.name, amphora)),
        ),
      ),
    )
    const [first, ...others] = found.flat()
    if (first === undefined) {
      const where = asked.map((bound) => bound.name).join(', ')
      throw new InstanceNotFoundError(`Cannot get ${of}: no amphora of ours has this name on ${where}`, {
        amphoraName: name,
      })
    }
    if (others.length === 0) return first
    const ids = [first, ...others].map((amphora) => amphora.id).join(', ')
    throw new AmphoraComputeError(`Cannot get ${of}: several amphorae have this name (${ids}); ask for one by its id`, {
      code: 'failed-precondition',
      reason: 'core/ambiguous-name',
      amphoraName: name,
    })
  }

  async *#watchOne(bound: BoundDriver, options: ListOptions): AsyncGenerator<Amphora, void, void> {
    const deadline = bound.deadline(options.timeoutMs ?? LONGEST_MS, options)
    const changes = new StateChanges()
    try {
      for await (const amphora of watchStream(bound, deadline)) {
        changes.see(amphora.id, amphora)
        yield amphora
      }
    } catch (error) {
      throw verbError(error, { verb: 'watch', of: `"${bound.name}"` })
    } finally {
      deadline.close()
    }
  }

  #forGroups(driver: string | undefined): BoundDriver {
    if (driver !== undefined) return this.#router.one(driver)
    const able = this.#router.all().filter((bound) => bound.definition.capabilities.placementGroups === true)
    const [only, second] = able
    if (only !== undefined && second === undefined) return only
    if (only === undefined) throw new NotImplementedError('None of the drivers that are bound makes placement groups')
    const names = able.map((bound) => bound.name).join(', ')
    throw new InvalidRequestError([`driver must say which binding makes the placement group; those that can: ${names}`])
  }

  /** Without what only core understands: the binding, and the binding's part of a placement group's id. */
  #orderFor(bound: BoundDriver, request: RoutedRequest): RoutedRequest {
    const { placementGroupId } = request
    if (typeof placementGroupId !== 'string' || bound.definition.capabilities.placementGroups !== true) return request
    const { bound: owner, id } = this.#router.byId(placementGroupId, 'placementGroupId')
    if (owner === bound) return { ...request, placementGroupId: id }
    throw new InvalidRequestError([
      `placementGroupId belongs to the binding "${owner.name}", the request to "${bound.name}"`,
    ])
  }

  #station(bound: BoundDriver): Station {
    const station = this.#stations.get(bound)
    if (station === undefined) throw new Error(`unreachable: no station for ${bound.name}`)
    return station
  }
}

/** What a request would be refused for. Anything else says nothing about the request, and is thrown on. */
function problemsOf(error: unknown): readonly string[] {
  if (error instanceof InvalidRequestError) return error.problems
  if (error instanceof NotImplementedError) return [error.message]
  throw error
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new InvalidRequestError([problem])
}
