import type { Injection, Match, RefuseFault, RequestFault } from './fault.ts'
import type { RecordedRequest } from './recorded-request.ts'

/** The faults in force, oldest first. */
export class Injections {
  readonly #faults = new Set<Active<RequestFault>>()
  readonly #refusals = new Set<Active<RefuseFault>>()

  add(fault: RequestFault): Injection {
    const { times } = fault
    if (times !== undefined && !(Number.isInteger(times) && times > 0)) {
      throw new RangeError(`a fault's times must be a whole number above 0; found ${times}`)
    }
    const active: Active<RequestFault> = new Active(fault, () => this.#faults.delete(active))
    this.#faults.add(active)
    return active
  }

  async addRefusal(fault: RefuseFault, begin: () => Promise<void>, end: () => Promise<void>): Promise<Injection> {
    const active = new Active(
      fault,
      async () => {
        this.#refusals.delete(active)
        await end()
      },
      begin,
    )
    this.#refusals.add(active)
    if (fault.after === undefined) await active.hit()
    return active
  }

  take(request: RecordedRequest): RequestFault | undefined {
    for (const active of this.#faults) {
      if (active.spent || !matches(active.fault.on, request)) continue
      void active.hit()
      return active.fault
    }
    return undefined
  }

  /** A refusal begins before the answer goes out, so that the client's next connection cannot slip in between. */
  async beforeAnswer(request: RecordedRequest): Promise<void> {
    for (const active of this.#refusals) if (matches(active.fault.after, request)) await active.hit()
  }
}

class Active<F extends RequestFault | RefuseFault> implements Injection {
  readonly fault: F
  hits = 0
  readonly #end: () => unknown
  readonly #begin: (() => Promise<void>) | undefined

  constructor(fault: F, end: () => unknown, begin?: () => Promise<void>) {
    this.fault = fault
    this.#end = end
    this.#begin = begin
  }

  get spent(): boolean {
    return this.fault.kind !== 'refuse' && this.hits >= (this.fault.times ?? Infinity)
  }

  async hit(): Promise<void> {
    this.hits += 1
    await this.#begin?.()
  }

  async dispose(): Promise<void> {
    await this.#end()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose()
  }
}

function matches(match: Match | undefined, request: RecordedRequest): boolean {
  if (match === undefined) return true
  return typeof match === 'string' ? request.template === match : match(request)
}
