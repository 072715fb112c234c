import { resolve } from 'node:path'
import type { Host } from '../host.ts'
import { readLimited, readLocalFile } from '../read-limited.ts'
import { UsageError } from '../usage-error.ts'

/** Reads what an argument points to, once. */
export type Source = () => Promise<Buffer>

/** Turns arguments into sources. Stdin can be asked for once in a command; who asks again is refused before it is read. */
export class Sources {
  readonly #host: Host
  readonly #signal: AbortSignal
  #stdinFor: string | undefined

  constructor(host: Host, signal: AbortSignal) {
    this.#host = host
    this.#signal = signal
  }

  /** A path, or `-` for stdin. Relative paths start from `folder`. */
  of(place: string, wantedFor: string, folder: string = this.#host.cwd): Source {
    if (place !== '-') return () => readLocalFile(resolve(folder, place), wantedFor, this.#signal)
    if (this.#stdinFor !== undefined) {
      throw new UsageError(`Stdin can be read once, and both ${this.#stdinFor} and ${wantedFor} ask for it`, {
        advice: 'Put one of them into a file.',
      })
    }
    this.#stdinFor = wantedFor
    return () => readLimited(this.#host.stdin, this.#signal)
  }
}
