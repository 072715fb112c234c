import type { Bindings, Compute, RequestFor } from '@amphora/core'
import type { CleanUp } from './clean-up.ts'
import type { Say } from './output/ledger.ts'
import type { Stage } from './stage/stage.ts'

/** What the steps share. */
export interface Scene {
  readonly stage: Stage
  readonly compute: Compute
  readonly request: RequestFor<Bindings> & { readonly name: string }
  readonly cleanUp: CleanUp
  /** Aborts when the run is broken off. Every call gets it but those that make something. */
  readonly signal: AbortSignal
  /** What has been built, by the step that builds it. */
  readonly built: { id: string }
}

/** Something that the demo shows. */
export interface Step {
  readonly title: string
  /** What was seen, in a few words. Rejects unless everything it claims holds. */
  readonly run: (scene: Scene, say: Say) => Promise<string>
}
