import { clearLine, cursorTo } from 'node:readline'
import { styleText } from 'node:util'

/** Where text goes: a terminal, a file, a pipe. */
export interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean
  readonly columns?: number
  /** Terminals have it; it heeds NO_COLOR. */
  hasColors?(): boolean
}

export type Style = 'bold' | 'dim' | 'green' | 'red'

const FRAMES = ['|', '/', '-', '\\']
const FRAME_MS = 100
/** How often a wait is mentioned where no line can be rewritten. */
const MENTION_MS = 15_000

/** Lines, and below them one that is rewritten while something takes its time. Where it is no terminal: lines only. */
export class Screen {
  readonly #output: Output
  readonly #isTerminal: boolean
  readonly #hasColors: boolean
  #isDrawn = false

  constructor(output: Output) {
    this.#output = output
    this.#isTerminal = output.isTTY === true && process.env['TERM'] !== 'dumb'
    this.#hasColors = this.#isTerminal && output.hasColors?.() === true
  }

  line(text: string = ''): void {
    this.beside(() => this.#output.write(`${text}\n`))
  }

  style(style: Style, text: string): string {
    return this.#hasColors ? styleText(style, text, { validateStream: false }) : text
  }

  /** Writes somewhere else on what may be the same terminal. */
  beside(write: () => void): void {
    if (this.#isDrawn) this.#erase()
    write()
  }

  /** Shows what is going on until the returned function is called. */
  progress(text: () => string): () => void {
    if (!this.#isTerminal) {
      const timer = setInterval(() => this.line(`... ${text()}`), MENTION_MS)
      return () => clearInterval(timer)
    }
    let frame = 0
    const draw = (): void => this.#draw(`${FRAMES[frame++ % FRAMES.length]}    ${text()}`)
    draw()
    const timer = setInterval(draw, FRAME_MS)
    return () => {
      clearInterval(timer)
      if (this.#isDrawn) this.#erase()
    }
  }

  #draw(text: string): void {
    this.#erase()
    // A line as long as the terminal is wide would break, and only its second half would be erased.
    this.#output.write(text.slice(0, Math.max(0, (this.#output.columns ?? 80) - 1)))
    this.#isDrawn = true
  }

  #erase(): void {
    cursorTo(this.#output, 0)
    clearLine(this.#output, 0)
    this.#isDrawn = false
  }
}
