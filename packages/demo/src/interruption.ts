import { constants } from 'node:os'

/** Why a run was broken off: the reason of its aborted signal. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  /** What a shell says of a process that a signal ended: 130 for SIGINT, 143 for SIGTERM. */
  readonly exitCode: number

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`)
    this.exitCode = 128 + constants.signals[signal]
  }
}
