import type { ReportedAmphora } from './amphora.ts'

const REMEMBERED = 1024

/** What a watch has told already, so that nothing is told twice. For drivers. */
export class Sightings {
  readonly #seen = new Map<string, { readonly name: string; readonly as: string }>()
  /** The last of those that were reported gone: a backend that is asked for changes tells of them again. */
  readonly #gone = new Set<string>()

  /** Whether it differs from what was told of it last; it counts as told from now on. */
  isNews({ id, name, status, addresses }: ReportedAmphora): boolean {
    const as = JSON.stringify([status, addresses])
    if (this.#seen.get(id)?.as === as) return false
    this.#seen.set(id, { name, as })
    return true
  }

  /** Whether its end is news; it counts as told from now on. */
  isGone(id: string): boolean {
    if (this.#gone.has(id)) return false
    this.#gone.add(id)
    for (const oldest of this.#gone) {
      if (this.#gone.size <= REMEMBERED) break
      this.#gone.delete(oldest)
    }
    this.#seen.delete(id)
    return true
  }

  /** Under which name it was told; `undefined` where it was not. */
  nameOf(id: string): string | undefined {
    return this.#seen.get(id)?.name
  }

  /** The ids of all that were told and not reported gone. */
  known(): readonly string[] {
    return [...this.#seen.keys()]
  }
}
