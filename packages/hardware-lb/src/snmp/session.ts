import { AmphoraComputeError } from '@amphora/core'
import type { SnmpAccess } from './access.ts'
import type { LibraryDone, LibrarySession, LibraryVarbind, SnmpLibrary } from './library.ts'
import { SYS_UP_TIME } from './objects.ts'
import { libraryUser } from './user.ts'
import { Wire } from './wire.ts'

/** One session with one agent. What its methods reject with is the library's; `SnmpClient` tells what it means. */
export class SnmpSession {
  readonly #session: LibrarySession
  readonly #pending = new Set<(error: unknown) => void>()
  #isAcquainted = false
  #isRetired = false
  #isClosed = false

  static async open(library: SnmpLibrary, { host, port, credentials, ...times }: SnmpAccess): Promise<SnmpSession> {
    const common = { port, timeout: times.timeoutMs, retries: times.retries, reportOidMismatchErrors: true }
    if (credentials.version === 'v2c') {
      const community = await credentials.community.read()
      const wire = await Wire.open(host, port, { version: 1, isAuthentic: false, isPrivate: false })
      const options = { ...common, version: library.Version2c, dgramModule: { createSocket: () => wire } }
      return new SnmpSession(wire, library.createSession(host, community, options))
    }
    const user = await libraryUser(credentials, library)
    const protection = { isAuthentic: credentials.auth !== undefined, isPrivate: credentials.priv !== undefined }
    const wire = await Wire.open(host, port, { version: 3, ...protection })
    return new SnmpSession(
      wire,
      library.createV3Session(host, user, { ...common, dgramModule: { createSocket: () => wire } }),
    )
  }

  private constructor(wire: Wire, session: LibrarySession) {
    this.#session = session
    // Undecodable datagrams and the like: nothing by which a question could be told.
    session.on('error', () => {})
    wire.onTrouble((error) => this.#settleAll(error))
  }

  async get(oids: readonly string[], signal: AbortSignal): Promise<readonly LibraryVarbind[]> {
    const answer = await this.#run<LibraryVarbind[]>(signal, (done) => this.#session.get(oids, done))
    this.#isAcquainted = true
    return answer
  }

  /** One list for each of the objects asked about; a list is missing where the agent gave nothing for it. */
  getBulk(oids: readonly string[], most: number, signal: AbortSignal): Promise<readonly (readonly LibraryVarbind[])[]> {
    return this.#run<LibraryVarbind[][]>(signal, (done) => this.#session.getBulk(oids, 0, most, done))
  }

  /** Sent once: a SET that arrives twice could undo what was done in between. */
  async set(
    varbinds: readonly LibraryVarbind[],
    signal: AbortSignal,
    timeoutMs?: number,
  ): Promise<readonly LibraryVarbind[]> {
    // To a stranger the library would send it after introducing itself, and as often as a question.
    if (!this.#isAcquainted) await this.get([SYS_UP_TIME], signal)
    return this.#run<LibraryVarbind[]>(signal, (done) => {
      const { retries, timeout } = this.#session
      Object.assign(this.#session, { retries: 0, timeout: timeoutMs ?? timeout })
      this.#session.set(varbinds, done)
      Object.assign(this.#session, { retries, timeout })
    })
  }

  /** Closes once everything that is under way has ended. */
  retire(): void {
    this.#isRetired = true
    if (this.#pending.size === 0) this.close()
  }

  /** Everything under way rejects: the library would forget what was asked in the same turn. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#settleAll(new AmphoraComputeError('closing', { code: 'cancelled' }))
    this.#session.close()
  }

  #run<T>(signal: AbortSignal, start: (done: LibraryDone<T>) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(AmphoraComputeError.from(signal.reason, 'cancelled'))
      if (this.#isClosed) return reject(new AmphoraComputeError('closing', { code: 'cancelled' }))
      const settle = (act: () => void): void => {
        if (!this.#pending.delete(fail)) return
        signal.removeEventListener('abort', stop)
        act()
        if (this.#isRetired && this.#pending.size === 0) this.close()
      }
      const fail = (error: unknown): void => settle(() => reject(error))
      const stop = (): void => fail(AmphoraComputeError.from(signal.reason, 'cancelled'))
      this.#pending.add(fail)
      signal.addEventListener('abort', stop, { once: true })
      start((error, answer) => {
        if (answer === undefined || (error !== null && error !== undefined)) fail(error ?? new Error('no answer'))
        else settle(() => resolve(answer))
      })
    })
  }

  #settleAll(error: unknown): void {
    for (const fail of this.#pending) fail(error)
  }
}
