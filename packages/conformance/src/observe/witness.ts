import { inspect } from 'node:util'
import { AmphoraComputeError, recovery } from '@amphora/core'
import { shows, type Secret } from './secret.ts'

const MOST_KEPT = 50

/** Looks at everything that leaves the driver and core, for secrets and for errors that are not ours. Keeps no text. */
export class Witness {
  readonly #secrets: readonly Secret[]
  readonly #leaks = new Set<string>()
  readonly #strangers = new Set<string>()
  #seen = 0
  #isAway = false

  constructor(secrets: readonly Secret[]) {
    this.#secrets = secrets
  }

  /** Where a secret has shown, and which. */
  get leaks(): readonly string[] {
    return [...this.#leaks]
  }

  /** What has escaped that is not one of core's errors. */
  get strangers(): readonly string[] {
    return [...this.#strangers]
  }

  /** How many texts have been looked at. */
  get seen(): number {
    return this.#seen
  }

  /** Looks away, where looking would spoil what is measured. */
  async away(act: () => Promise<void>): Promise<void> {
    this.#isAway = true
    try {
      await act()
    } finally {
      this.#isAway = false
    }
  }

  /** A text as a report may show it. */
  redacted(text: string): string {
    const forms = this.#secrets.flatMap(({ texts }) => texts)
    return forms.reduce((kept, form) => kept.replaceAll(form, '[redacted]'), text)
  }

  text(where: string, text: string): void {
    this.#seen += 1
    for (const secret of this.#secrets) {
      if (this.#leaks.size < MOST_KEPT && shows(text, secret)) this.#leaks.add(`${secret.label} in ${where}`)
    }
  }

  /** A value as a log or a debugger would show it, hidden parts included. */
  value(where: string, value: unknown): void {
    if (this.#isAway) return
    // What has no JSON of its own making shows nothing there that inspection does not.
    if (hasOwnJson(value)) this.text(`the JSON of ${where}`, jsonOf(value))
    this.text(`the inspection of ${where}`, inspect(value, { depth: 20, showHidden: true, maxArrayLength: 4_096 }))
  }

  error(where: string, error: unknown): void {
    if (!isOurs(error) && this.#strangers.size < MOST_KEPT) this.#strangers.add(`${nameOf(error)} from ${where}`)
    if (error instanceof Error) {
      this.text(`the message of an error of ${where}`, error.message)
      this.text(`the stack of an error of ${where}`, error.stack ?? '')
    }
    this.value(`an error of ${where}`, error)
  }
}

/** Whether it is one of core's errors, with a code that core knows. */
export function isOurs(error: unknown): error is AmphoraComputeError {
  return error instanceof AmphoraComputeError && Object.hasOwn(recovery, error.code)
}

function hasOwnJson(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'toJSON' in value
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    // A circle, a bigint: what cannot be shown shows nothing.
    return ''
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name} (${error.constructor.name})` : `a thrown ${typeof error}`
}
