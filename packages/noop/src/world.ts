import { systemClock, type Clock } from '@amphora/core'
import { CallLog } from './world/call-log.ts'
import { Script } from './script.ts'
import { Backend } from './world/backend.ts'
import type { Instance } from './world/instance.ts'
import { complete, type Laws } from './world/laws.ts'
import { at, type Ending } from './world/lifecycle.ts'
import { snapshotOf, type WorldSnapshot } from './world/snapshot.ts'

export interface WorldOptions extends Laws {
  /** The time this world lives in. Left out, it is that of the first `Compute` that is connected to it. */
  readonly clock?: Clock
  /** How many of the newest calls `calls` keeps. Default 1 000. */
  readonly callsKept?: number
}

/** What lies inside an instance, to the byte. */
export interface Arrived {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly userData: Uint8Array | undefined
  /** In the order in which they were given. */
  readonly keys: readonly string[]
}

/**
 * A backend that exists only in memory. Give one to several bindings, or to one after another, and they are several
 * controllers on one backend, or one that has crashed and come back. What is here is for looking and meddling behind
 * the drivers' backs; drivers come in through `connect`. Holds no timer, no socket and no other handle.
 */
export class World {
  /** What goes wrong, and when. */
  readonly script: Script = new Script()
  /** What was asked, by all drivers together. */
  readonly calls: CallLog
  readonly #backend: Backend
  #clock: Clock | undefined

  constructor({ clock, callsKept = 1_000, ...laws }: WorldOptions = {}) {
    this.#clock = clock
    this.calls = new CallLog(callsKept)
    this.#backend = new Backend(complete(laws), () => this.clock)
  }

  get clock(): Clock {
    return this.#clock ?? systemClock
  }

  /** For drivers. A world without a clock of its own lives in this one from now on. */
  connect(clock: Clock): Backend {
    this.#clock ??= clock
    return this.#backend
  }

  /** A deep copy, safe to keep, to compare and to print. */
  snapshot(): WorldSnapshot {
    return snapshotOf(this.#backend, this.clock.now())
  }

  /** Everything that exists and somebody has to pay for: `instance/<id>`, `port/<id>`, `group/<id>`. */
  inventory(): readonly string[] {
    const instances = this.#backend.all().map(({ id }) => `instance/${id}`)
    const ports = this.#backend.networks.made().map(({ id }) => `port/${id}`)
    return [...instances, ...ports, ...this.#backend.placement.groups().map(({ id }) => `group/${id}`)]
  }

  /**
   * What arrived in the oldest instance of this name or id; a copy.
   *
   * @throws {RangeError} where there is no such instance.
   */
  arrived(nameOrId: string): Arrived {
    const { files, userData, keys } = this.#one(nameOrId).spec
    return {
      files: new Map(files.map(({ path, bytes }) => [path, bytes.slice()])),
      userData: userData?.slice(),
      keys: [...keys],
    }
  }

  /** Puts an active instance there that this owner made, or nobody we know; its id. Names need not be free for it. */
  plantForeign(name: string, owner?: string): string {
    const payload = { keys: [], secGroups: [], networkIds: [], portIds: [], files: [], userData: undefined }
    return this.#backend.plant({ name, owner, fingerprint: undefined, type: 'VM', ...payload }).id
  }

  /**
   * Makes the backend say this word of the oldest instance of this name or id, one it does not know included, until
   * something changes it.
   *
   * @throws {RangeError} where there is no such instance.
   */
  force(nameOrId: string, word: string, ending?: Ending): void {
    this.#backend.move(this.#one(nameOrId), at(word, ending))
  }

  /** From now on there is no room for another instance, until it is disposed of. */
  exhaust(): Disposable {
    const { exhaustedBy } = this.#backend
    const by: Disposable = { [Symbol.dispose]: () => void exhaustedBy.delete(by) }
    exhaustedBy.add(by)
    return by
  }

  #one(nameOrId: string): Instance {
    const instance = this.#backend.get(nameOrId) ?? this.#backend.named(nameOrId)[0]
    if (instance === undefined)
      throw new RangeError(`There is no instance of the name or id ${JSON.stringify(nameOrId)}`)
    return instance
  }
}
