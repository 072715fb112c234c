/** What a rule does to the backend is undone by disposing of it. */
export type Undo = AsyncDisposable | Disposable

/** The verbs whose calls can be made to go wrong. */
export type Verb =
  | 'build'
  | 'delete'
  | 'status'
  | 'getAmphora'
  | 'find'
  | 'list'
  | 'suspend'
  | 'resume'
  | 'watch'
  | 'check'

/** What goes wrong with the request that carries out a verb; where a verb takes several, the one that does the deed. */
export type Fault = {
  readonly on: Verb
  /** How many requests it befalls. Default: every one until it is disposed of. */ readonly times?: number
} & (
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is refused, or cut before the backend acts; it acts and the answer is lost; it never answers. */
  | { readonly kind: 'refuse' | 'reset-before' | 'lose-response' | 'hang' }
  /** The backend acts, and its success cannot be read. */
  | { readonly kind: 'malformed' | 'empty' | 'wrong-shape' | 'cut-body' }
  /** The backend acts, and its answer never ends: a byte at a time, or as fast as anybody reads. */
  | { readonly kind: 'slow-drip' | 'huge-body' }
  /** The connection is lost at once, and the backend acts `afterMs` milliseconds later all the same. */
  | { readonly kind: 'act-late'; readonly afterMs: number }
  /** The backend sends the client to another address. */
  | { readonly kind: 'redirect'; readonly to: string }
)

/** What lies inside an instance, to the byte. */
export interface Arrived {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly userData: Uint8Array | undefined
  /** In the order in which they lie there. */
  readonly keys: readonly string[]
}

type MaybeAsync<T> = T | Promise<T>

/**
 * How to look behind a driver's back, and how to hurt its backend. All of it but `inventory` may be left out; rules that
 * need what is missing are then reported `unproven`, never passed. `stage` is what `Subject.open` gave for this rule.
 *
 * Names are those of requests, without whatever the driver puts before them on the backend.
 */
export interface BackendControl<Stage = undefined> {
  /**
   * Everything that exists and somebody has to pay for, one text each: instances, ports, volumes, allocations. The text
   * of an instance holds the backend's own id.
   */
  inventory(stage: Stage): MaybeAsync<readonly string[]>
  /** Resolves once the backend has done everything that it was still going to do by itself, late acts included. */
  settle?(stage: Stage): MaybeAsync<void>
  /** What arrived in the instance of this name. */
  arrived?(stage: Stage, name: string): MaybeAsync<Arrived>
  /** Puts an active instance there, with this name, that bears nobody's mark; the backend's id, and how to take it away. */
  plantForeign?(stage: Stage, name: string): MaybeAsync<Foreign>
  /** How many requests have arrived so far. */
  requests?(stage: Stage): number
  /** Makes the backend say this word of the instance of this name, until a verb changes it. */
  force?(stage: Stage, name: string, word: string): MaybeAsync<void>
  /** From now on there is no room for another instance. */
  exhaust?(stage: Stage): MaybeAsync<Undo>
  /** From now on what is accepted stays unfinished: a build stays in `building`. */
  holdBuilds?(stage: Stage): MaybeAsync<Undo>
  /** From now on nobody can connect, and every connection is cut. */
  down?(stage: Stage): MaybeAsync<Undo>
  /** From now on requests go wrong. Resolves once the fault holds. */
  inject?(stage: Stage, fault: Fault): MaybeAsync<Undo>
  /** The host on which the instance of this name stands: any text that is the same for the same host. */
  hostOf?(stage: Stage, name: string): MaybeAsync<string>
}

/** An instance that nobody's driver made. */
export interface Foreign extends Partial<AsyncDisposable> {
  /** The backend's own id. */
  readonly id: string
}

/** The name of one means of control. */
export type Control = keyof BackendControl
