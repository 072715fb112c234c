import type { Exchange } from './exchange.ts'
import type { Moment, RecordedRequest } from './recorded-request.ts'
import type { RouteTemplate } from './route.ts'

interface Wait {
  readonly template: RouteTemplate
  readonly nth: number
  readonly moment: Moment
  readonly resolve: (request: RecordedRequest) => void
  readonly reject: (error: Error) => void
}

/** What arrived, how far it has come, and those who wait for it. */
export class RequestLog {
  #exchanges: Exchange[] = []
  #opened = 0
  #closed = false
  readonly #waits = new Set<Wait>()
  readonly #busy = new Set<Exchange>()
  readonly #idlers = new Set<() => void>()

  get nextIndex(): number {
    return this.#opened + 1
  }

  /** From here until `settle` its handler may still run. */
  open(exchange: Exchange): void {
    this.#opened += 1
    this.#exchanges.push(exchange)
    this.#busy.add(exchange)
  }

  mark(exchange: Exchange, moment: Moment): void {
    exchange.mark(moment)
    for (const wait of this.#waits) this.#serve(wait)
  }

  settle(exchange: Exchange): void {
    this.#busy.delete(exchange)
    if (this.#busy.size > 0) return
    for (const resolve of this.#idlers) resolve()
    this.#idlers.clear()
  }

  list(template?: RouteTemplate): readonly Exchange[] {
    return this.#exchanges.filter((exchange) => template === undefined || exchange.template === template)
  }

  clear(): void {
    this.#exchanges = []
  }

  seen(template: RouteTemplate, nth: number, moment: Moment): Promise<RecordedRequest> {
    const promise = new Promise<RecordedRequest>((resolve, reject) => {
      const wait = { template, nth, moment, resolve, reject }
      this.#waits.add(wait)
      this.#serve(wait)
    })
    if (this.#closed) this.close()
    // A wait that nobody awaits any more, as after a failed assertion, must not end the process when the server closes.
    promise.catch(() => undefined)
    return promise
  }

  idle(): Promise<void> {
    if (this.#busy.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idlers.add(resolve))
  }

  close(): void {
    this.#closed = true
    for (const { template, nth, moment, reject } of this.#waits) {
      const sofar = this.list(template).filter((exchange) => exchange.has(moment)).length
      reject(new Error(`the fake server was closed before request ${nth} of '${template}' had ${moment}; ${sofar} had`))
    }
    this.#waits.clear()
    for (const exchange of this.#busy) this.settle(exchange)
  }

  #serve(wait: Wait): void {
    const found = this.list(wait.template).filter((exchange) => exchange.has(wait.moment))[wait.nth - 1]
    if (!found) return
    this.#waits.delete(wait)
    wait.resolve(found)
  }
}
