import { AmphoraComputeError } from '@amphora/core'
import type { Site } from '../site.ts'
import type { Guest } from '../profile/guest.ts'
import { SYS_NAME, SYS_OBJECT_ID, SYS_UP_TIME } from './objects.ts'

/** What its SNMP agent has to say of a box, or that it says nothing. One datagram. */
export async function healthWarnings<Settings, G extends Guest>(
  { settings: { id }, snmp }: Site<Settings, G>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (snmp === undefined) return []
  try {
    const request = { step: 'say what it is', signal }
    const [object, uptime] = await snmp.get([SYS_OBJECT_ID, SYS_UP_TIME, SYS_NAME], request)
    return typeof object === 'string' && typeof uptime === 'number'
      ? []
      : [`${id}: its SNMP agent does not say what it is`]
  } catch (thrown) {
    if (signal.aborted) throw thrown
    return [`${id}: ${AmphoraComputeError.from(thrown, 'internal').message}`]
  }
}
