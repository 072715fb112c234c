import * as v from 'valibot'
import { DemoError } from '../claim.ts'

const LABEL = 'amphora.demo'

/** Something that this demo did not make has the name. */
export class ForeignError extends DemoError {}

/** On everything that a run of this name makes beside the amphora. */
export function markOf(name: string): Readonly<Record<string, string>> {
  return { [LABEL]: name }
}

/** What the engine shows of labels: nothing at all where there are none. */
export const Labels: v.GenericSchema<unknown, Readonly<Record<string, string>> | null | undefined> = v.nullish(
  v.record(v.string(), v.string()),
)

/** Refuses what somebody else made: it is neither used nor removed. @throws {ForeignError} */
export function checkMark(what: string, name: string, labels: v.InferOutput<typeof Labels>): void {
  if (labels?.[LABEL] === name) return
  throw new ForeignError(`there is ${what} that this demo did not make: choose another --name`)
}
