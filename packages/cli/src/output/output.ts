import type { Writable } from 'node:stream'
import type { Host } from '../host.ts'
import { jsonLine } from './plain.ts'
import { Progress } from './progress.ts'
import { styleOf, type Style } from './style.ts'

export interface OutputOptions {
  readonly host: Host
  readonly json: boolean
  readonly color: boolean
  /** Whether a line that changes is welcome on stderr: not beside log lines. */
  readonly showProgress: boolean
}

/** Where a command's data goes, and what is said beside it. Nothing but data goes to stdout. */
export class Output {
  readonly json: boolean
  /** How stdout is set. */
  readonly style: Style
  /** How stderr is set. */
  readonly errorStyle: Style
  readonly progress: Progress
  readonly #host: Host

  constructor({ host, json, color, showProgress }: OutputOptions) {
    this.#host = host
    this.json = json
    this.style = styleOf(host.stdout, host.env, color)
    this.errorStyle = styleOf(host.stderr, host.env, color)
    this.progress = new Progress(host.stderr, this.errorStyle, showProgress && !json)
  }

  /** Data: as JSON on one line, or as text. Resolves when the reader can take more. */
  async data(value: unknown, text: (style: Style) => string): Promise<void> {
    this.progress.clear()
    await written(this.#host.stdout, this.json ? `${jsonLine(value)}\n` : text(this.style))
  }

  /** For people at a terminal only. */
  note(text: string): void {
    if (this.json || !this.errorStyle.isTerminal) return
    this.error(`${text}\n`)
  }

  /** On stderr, as it is. */
  error(text: string): void {
    this.progress.clear()
    this.#host.stderr.write(text)
  }
}

function written(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve) => {
    // An error is told to the stream's own listeners; nobody needs to wait for what will never be read.
    stream.write(text, () => resolve())
  })
}
