import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock, type Clock } from '@amphora/core'
import { World, type Laws } from '../src/index.ts'

/** Far more than any deletion takes. */
const PATIENCE_MS = 5_000

/** A world for one rule, whose time can be held, so that what it has accepted stays unfinished. */
export class Stage {
  readonly world: World
  #heldAt: number | undefined
  #lostMs = 0
  #lateMs = 0

  constructor(laws: Laws = {}) {
    const clock: Clock = { ...systemClock, monotonic: () => this.#time() }
    const brisk = { buildMs: 20, deleteMs: 10, suspendMs: 10, resumeMs: 10 }
    this.world = new World({ ...brisk, images: ['image-1'], ...laws, clock })
  }

  hold(): Disposable {
    this.#heldAt = this.#time()
    return {
      [Symbol.dispose]: () => {
        this.#lostMs = systemClock.monotonic() - this.#time()
        this.#heldAt = undefined
      },
    }
  }

  /** Something will be acted on so much later than it was asked. */
  expectLate(ms: number): void {
    this.#lateMs = Math.max(this.#lateMs, ms)
  }

  /** Waits for what acts late, and for what is being deleted, unless it is held there. */
  async settle(): Promise<void> {
    await sleep(this.#lateMs)
    this.#lateMs = 0
    const until = performance.now() + PATIENCE_MS
    const isDeleting = (): boolean => this.world.snapshot().instances.some(({ word }) => word === 'deleting')
    while (isDeleting() && performance.now() < until) await sleep(2)
  }

  hostOf(name: string): string {
    const found = this.world.snapshot().instances.find((instance) => instance.name === name)
    if (found === undefined) throw new RangeError(`There is no instance of the name ${name}`)
    return found.host
  }

  #time(): number {
    return this.#heldAt ?? systemClock.monotonic() - this.#lostMs
  }
}
