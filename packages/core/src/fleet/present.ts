import type { Amphora, AmphoraStatus, ReportedAmphora, ReportedStatus } from '../amphora.ts'
import { joinId } from './id.ts'

/** A status as callers see it. */
export function presentStatus(reported: ReportedStatus): AmphoraStatus {
  const { state, raw, fault, reason } = reported
  return {
    state,
    up: state === 'active',
    raw,
    ...(fault === undefined ? {} : { fault }),
    ...(reason === undefined ? {} : { reason }),
  }
}

/** An amphora as callers see it: routable, and plain data that survives JSON unchanged. */
export function presentAmphora(driver: string, reported: ReportedAmphora): Amphora {
  const { flavor, imageId, availabilityZone, createdAt } = reported
  return {
    id: joinId(driver, reported.id),
    name: reported.name,
    type: reported.type,
    status: presentStatus(reported.status),
    addresses: reported.addresses.map((address) => ({ ...address })),
    ...(flavor === undefined ? {} : { flavor }),
    ...(imageId === undefined ? {} : { imageId }),
    ...(availabilityZone === undefined ? {} : { availabilityZone }),
    ...(createdAt === undefined ? {} : { createdAt }),
  }
}
