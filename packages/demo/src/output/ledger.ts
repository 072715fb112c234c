import { duration } from './duration.ts'
import type { Screen } from './screen.ts'
import { table } from './table.ts'

/** What a step says while it runs. */
export interface Say {
  /** How far it has come; what was said before is replaced. */
  progress(text: string): void
  /** A line to stand below the step's own. */
  detail(text: string): void
}

export interface Task<T> {
  readonly title: string
  readonly work: (say: Say) => Promise<T>
  /** What is shown of the value, in a few words. */
  readonly seen: (value: T) => string
  /** What ends badly after it has aborted was broken off, and has not failed. */
  readonly signal?: AbortSignal
}

type Ending = 'ok' | 'failed' | 'broken off'

interface Entry {
  readonly title: string
  readonly ms: number
  readonly ending: Ending
}

const MARKS = { ok: ['green', 'ok  '], failed: ['red', 'fail'], 'broken off': ['bold', 'stop'] } as const

const TITLE_WIDTH = 36

/** Runs steps one after another, shows each as it goes, and remembers how long each took. */
export class Ledger {
  readonly #screen: Screen
  readonly #entries: Entry[] = []

  constructor(screen: Screen) {
    this.#screen = screen
  }

  /** The last step that failed. */
  get failed(): string | undefined {
    return this.#entries.findLast(({ ending }) => ending === 'failed')?.title
  }

  async run<T>({ title, work, seen, signal }: Task<T>): Promise<T> {
    const start = performance.now()
    let progress = ''
    const took = (): number => performance.now() - start
    const text = (): string => `${title.padEnd(TITLE_WIDTH)} ${duration(took()).padStart(8)}  ${progress}`.trimEnd()
    const stop = this.#screen.progress(text)
    const details: string[] = []
    const say: Say = {
      progress: (said) => {
        progress = said
      },
      detail: (line) => void details.push(line),
    }
    const end = (ending: Ending, said: string): void => {
      stop()
      progress = said
      this.#record({ title, ms: took(), ending }, text(), details)
    }
    try {
      const value = await work(say)
      end('ok', seen(value))
      return value
    } catch (error) {
      end(signal?.aborted === true ? 'broken off' : 'failed', '')
      throw error
    }
  }

  /** All steps and their times. */
  table(): readonly string[] {
    const total = this.#entries.reduce((sum, { ms }) => sum + ms, 0)
    const rows = this.#entries.map(({ title, ms, ending }, index) => [String(index + 1), title, duration(ms), ending])
    return table([['', 'step', 'time', ''], ...rows, ['', 'all of it', duration(total), '']], [0, 2])
  }

  #record(entry: Entry, text: string, details: readonly string[]): void {
    this.#entries.push(entry)
    const [style, mark] = MARKS[entry.ending]
    this.#screen.line(`${this.#screen.style(style, mark)} ${text}`)
    for (const line of details) this.#screen.line(this.#screen.style('dim', `     ${line}`))
  }
}
