import type { Undo } from '../backend-control.ts'

/** What was done to a backend, to be undone once: when a rule is through with it, or at the latest when the rule ends. */
export class Undos {
  readonly #open = new Set<Undo>()

  add(undo: Undo): void {
    this.#open.add(undo)
  }

  /** Does something while the backend is as it was made to be. */
  async during<T>(made: Promise<Undo>, act: () => Promise<T>): Promise<T> {
    const undo = await made
    this.#open.add(undo)
    try {
      return await act()
    } finally {
      await this.#undo(undo)
    }
  }

  /** The latest first. */
  async all(): Promise<void> {
    for (const undo of [...this.#open].toReversed()) await this.#undo(undo)
  }

  async #undo(undo: Undo): Promise<void> {
    if (!this.#open.delete(undo)) return
    if (Symbol.asyncDispose in undo) await undo[Symbol.asyncDispose]()
    else undo[Symbol.dispose]()
  }
}
