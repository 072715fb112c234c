import * as v from 'valibot'
import type { ProcessIdentity } from './process-identity.ts'

/** A process identity as it is read back from a file. */
export const processIdentity: v.GenericSchema<unknown, ProcessIdentity> = v.object({
  // A signal to 0 or to a negative number goes to a whole group, and 1 is init.
  pid: v.pipe(v.number(), v.safeInteger(), v.minValue(2)),
  startTicks: v.pipe(v.number(), v.safeInteger()),
  bootId: v.string(),
})
