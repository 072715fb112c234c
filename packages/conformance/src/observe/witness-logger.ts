import type { Logger } from '@amphora/core'
import type { Witness } from './witness.ts'

/** A logger that writes nothing, and shows every record to the witness. */
export function witnessLogger(witness: Witness, where: string, bindings: object = {}): Logger {
  const see = (fields: object, message: string): void => {
    witness.value(`a log record of ${where}`, { ...bindings, ...fields, message })
  }
  return {
    debug: see,
    info: see,
    warn: see,
    error: see,
    child: (more) => witnessLogger(witness, where, { ...bindings, ...more }),
  }
}
