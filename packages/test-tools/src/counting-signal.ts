/** A signal that tells who listens to it. */
export class CountingSignal extends EventTarget implements AbortSignal {
  readonly aborted: boolean = false
  readonly reason: unknown = undefined
  onabort: AbortSignal['onabort'] = null
  readonly #listeners = new Set<unknown>()

  get listeners(): number {
    return this.#listeners.size
  }

  throwIfAborted(): void {}

  override addEventListener(...[type, listener, options]: Parameters<EventTarget['addEventListener']>): void {
    this.#listeners.add(listener)
    super.addEventListener(type, listener, options)
  }

  override removeEventListener(...[type, listener, options]: Parameters<EventTarget['removeEventListener']>): void {
    if (type === 'abort') this.#listeners.delete(listener)
    super.removeEventListener(type, listener, options)
  }
}
