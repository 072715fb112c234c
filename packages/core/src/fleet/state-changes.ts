import type { Amphora, AmphoraState } from '../amphora.ts'
import { publish } from '../guard/trace.ts'

/** Publishes each change of state once, by what was seen last. */
export class StateChanges {
  readonly #states = new Map<string, AmphoraState>()

  /** `undefined` where the backend says that there is nothing. */
  see(amphoraId: string, amphora: Amphora | undefined): void {
    const from = this.#states.get(amphoraId)
    const to = amphora?.status.state ?? 'deleted'
    if (to === 'deleted') this.#states.delete(amphoraId)
    else this.#states.set(amphoraId, to)
    if (from !== undefined && from !== to) publish({ kind: 'state', amphoraId, from, to })
  }

  forget(amphoraId: string): void {
    this.#states.delete(amphoraId)
  }
}
