import type { Writable } from 'node:stream'
import { plain } from './plain.ts'
import type { Style } from './style.ts'

const TICK_MS = 1_000
const CLEAR = '\r\u001B[2K'

/** One line at the foot of a terminal that says what is going on and for how long. Elsewhere it is silent. */
export class Progress {
  readonly #stream: Writable
  readonly #style: Style
  readonly #enabled: boolean
  #text: string | undefined
  #since = 0
  #timer: NodeJS.Timeout | undefined

  constructor(stream: Writable, style: Style, wanted: boolean) {
    this.#stream = stream
    this.#style = style
    this.#enabled = wanted && style.isTerminal
  }

  /** Shows this until something else is shown or written. */
  show(text: string): void {
    if (!this.#enabled) return
    if (this.#text === undefined) this.#since = performance.now()
    this.#text = plain(text)
    this.#timer ??= setInterval(() => this.#draw(), TICK_MS).unref()
    this.#draw()
  }

  clear(): void {
    if (this.#text === undefined) return
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#text = undefined
    this.#stream.write(CLEAR)
  }

  #draw(): void {
    if (this.#text === undefined) return
    const seconds = Math.floor((performance.now() - this.#since) / 1_000)
    const line = seconds === 0 ? this.#text : `${this.#text}, ${seconds} s`
    this.#stream.write(`${CLEAR}${this.#style.colors.dim(line.slice(0, this.#style.width - 1))}`)
  }
}
