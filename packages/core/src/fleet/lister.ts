import type { Amphora, ReportedAmphora } from '../amphora.ts'
import type { CallOptions } from '../compute.ts'
import { AmphoraComputeError } from '../errors.ts'
import { orAborted } from '../guard/abort.ts'
import { withoutEnd } from '../guard/deadline.ts'
import { streamCall } from '../guard/stream-call.ts'
import type { BoundDriver, OpenScope } from './bound-driver.ts'
import { presentAmphora } from './present.ts'
import { verbError } from './verb-error.ts'

/**
 * Everything of ours on one binding, each once. The deadline and the place among the calls in flight are those of each
 * step, so that neither runs while the consumer works. A listing that breaks begins again and passes over what it gave.
 */
export async function* listAll(bound: BoundDriver, options: CallOptions): AsyncGenerator<Amphora, void, void> {
  const given = new Set<string>()
  const concern = { of: `what is on "${bound.name}"` }
  let breaks = 0
  for (;;) {
    const pages = new Pages(bound)
    let scope: OpenScope | undefined
    try {
      for (;;) {
        scope = bound.open('list', concern, options)
        scope.attempts = breaks
        const step = await pages.next(scope)
        scope.deadline.close()
        if (step.done === true) return
        const amphora = presentAmphora(bound.name, step.value)
        if (given.has(amphora.id)) continue
        given.add(amphora.id)
        breaks = 0
        yield amphora
      }
    } catch (thrown) {
      const error = AmphoraComputeError.from(thrown, 'internal')
      if (scope === undefined) throw verbError(error, { ...concern, verb: 'list' })
      if (!(await bound.guard.pause(scope, error).catch(() => false))) throw bound.failed(scope, concern, error)
      breaks = scope.attempts
    } finally {
      scope?.deadline.close()
      pages.close()
    }
  }
}

type Listed = AsyncIterator<ReportedAmphora, unknown>

/** One listing of a driver, step by step; each step is a call of its own to the guard. */
class Pages {
  readonly #bound: BoundDriver
  readonly #stop = new AbortController()
  #iterator: Listed | undefined

  constructor(bound: BoundDriver) {
    this.#bound = bound
  }

  next(scope: OpenScope): Promise<IteratorResult<ReportedAmphora, unknown>> {
    return this.#bound.guard.once(scope, (call) => {
      this.#iterator ??= this.#begin()
      const stop = (): void => this.#stop.abort(call.signal.reason)
      call.signal.addEventListener('abort', stop, { once: true })
      return orAborted(this.#iterator.next(), call.signal).finally(() => call.signal.removeEventListener('abort', stop))
    })
  }

  close(): void {
    this.#stop.abort(new AmphoraComputeError('The listing is over', { code: 'cancelled' }))
    this.#iterator?.return?.().catch(() => {})
  }

  #begin(): Listed {
    const { driver, name, clock, logger } = this.#bound
    const call = streamCall({ driver: name, clock, logger, deadline: withoutEnd(this.#stop.signal) })
    return driver.list(call)[Symbol.asyncIterator]()
  }
}
