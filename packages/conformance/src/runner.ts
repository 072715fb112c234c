/** The part of a test runner that the kit uses. Vitest, Jest, Mocha and node:test all fit. */
export interface Runner {
  /** Groups tests under a name. */
  readonly describe: (name: string, body: () => void) => unknown
  /** `timeoutMs` is for those that take one there; the others ignore it. */
  readonly it: ((name: string, body: () => Promise<void>, timeoutMs?: number) => unknown) & {
    /** A test that is not run, under a name that says why. */
    readonly skip: (name: string, body: () => void) => unknown
  }
  /**
   * The same for tests that may run side by side, such as Vitest's `it.concurrent`. Used where every rule has a backend
   * of its own (`Subject.open`) and is not disturbed by others.
   */
  readonly concurrently?: (name: string, body: () => Promise<void>, timeoutMs?: number) => unknown
}
