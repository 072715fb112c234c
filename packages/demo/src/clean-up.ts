/** What undoes one thing: says what it did, where that is worth a line. */
export type Undo = () => Promise<string | undefined>

interface Entry {
  readonly thing: string
  readonly undo: Undo
}

/** What a run has made, to be taken away in reverse order. */
export class CleanUp {
  readonly #entries: Entry[] = []

  /**
   * Add it before the thing is made: a call that fails may have been acted on all the same. The returned function
   * takes it off again, for what is known not to be ours.
   */
  add(thing: string, undo: Undo): () => void {
    const entry = { thing, undo }
    this.#entries.push(entry)
    return () => {
      const index = this.#entries.indexOf(entry)
      if (index >= 0) this.#entries.splice(index, 1)
    }
  }

  /** Undoes everything, the newest first and each once, whatever fails. */
  async run(): Promise<CleanUpReport> {
    const done: string[] = []
    const left: string[] = []
    for (let entry = this.#entries.pop(); entry !== undefined; entry = this.#entries.pop()) {
      try {
        const said = await entry.undo()
        if (said !== undefined) done.push(said)
      } catch (error) {
        left.push(`${entry.thing} (${error instanceof Error ? error.message : String(error)})`)
      }
    }
    return { done, left }
  }
}

export interface CleanUpReport {
  readonly done: readonly string[]
  /** What is still there, each with the reason. */
  readonly left: readonly string[]
}
