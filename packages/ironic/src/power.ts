import { AmphoraComputeError } from '@amphora/core'
import { hasStatus, isAbsent, notFound, notSuspended } from '@amphora/openstack'
import type { Client, PowerTarget } from './client.ts'
import { locked, wrongState } from './errors.ts'
import type { Settings } from './options.ts'
import { markResumed, markSuspended, unmarkResumed, unmarkSuspended } from './ownership.ts'
import { STEPS } from './refusals.ts'
import type { Sighting } from './sighting.ts'
import { statusOf } from './status.ts'
import type { PatchStep } from './wire.ts'

export interface PowerOptions {
  readonly client: Client
  readonly settings: Pick<Settings, 'hardPowerOff' | 'softPowerOffMs'>
}

/**
 * Suspending is powering off under our mark, which is written first: whatever comes in between, an amphora that is off
 * with it was suspended, and one that is off without was switched off by somebody else.
 */
export async function suspend(sighting: Sighting, options: PowerOptions, signal: AbortSignal): Promise<void> {
  const { id, node, marks } = sighting
  const { client } = options
  if (node?.provisionState !== 'active' || marks === undefined) throw wrongState(statusOf(sighting).state)
  const { state } = statusOf(sighting)
  if (state === 'suspended' || state === 'suspending') return
  if (!marks.suspended) await suspendedMark(client, node.uuid, id, signal)
  if (node.powerState === 'power off') return
  const hasFailed = marks.suspended && node.lastError !== undefined
  try {
    await powerOff(node.uuid, hasFailed, options, signal)
  } catch (thrown) {
    if (hasStatus(thrown, 400)) await client.patch(node.uuid, unmarkSuspended(id), STEPS.mark, signal).catch(() => {})
    throw hasStatus(thrown, 400) ? noSoftPowerOff(thrown) : explained(thrown)
  }
}

/** Powers on what is off under our mark. The mark is left to the next look, since the node is locked for a while. */
export async function resume(sighting: Sighting, { client }: PowerOptions, signal: AbortSignal): Promise<void> {
  const { id, node, marks } = sighting
  const isOff = node?.provisionState === 'active' && node.powerState === 'power off'
  const isUnderWay = node?.targetPowerState === 'power on'
  if (node === undefined || !isOff || isUnderWay || marks === undefined) throw notSuspended('ironic')
  if (!marks.suspended && !marks.resumed) throw notSuspended('ironic')
  if (marks.suspended) {
    try {
      await mark(client, node.uuid, markResumed(id), signal)
    } catch (thrown) {
      throw hasStatus(thrown, 400) ? notSuspended('ironic') : thrown
    }
  }
  try {
    await client.power(node.uuid, 'power on', undefined, signal)
  } catch (thrown) {
    throw explained(thrown)
  }
}

/** Takes the mark of a resume away once the machine is on, so that the next power-off is not taken for ours. */
export async function settleResume({ id, node, marks }: Sighting, client: Client, signal: AbortSignal): Promise<void> {
  if (node === undefined || marks?.resumed !== true || marks.suspended) return
  const { provisionState, powerState, targetPowerState, reservation } = node
  if (provisionState !== 'active' || powerState !== 'power on') return
  if (targetPowerState !== undefined || reservation !== undefined) return
  // Whoever looks next does it, where it does not succeed.
  await client.patch(node.uuid, unmarkResumed(id), STEPS.mark, signal).catch(() => {})
  signal.throwIfAborted()
}

/** Refused where the node has passed to somebody else. */
async function suspendedMark(client: Client, uuid: string, id: string, signal: AbortSignal): Promise<void> {
  try {
    await mark(client, uuid, markSuspended(id), signal)
  } catch (thrown) {
    throw hasStatus(thrown, 400) ? notFound() : thrown
  }
}

async function mark(client: Client, uuid: string, steps: readonly PatchStep[], signal: AbortSignal): Promise<void> {
  try {
    await client.patch(uuid, steps, STEPS.mark, signal)
  } catch (thrown) {
    throw explained(thrown)
  }
}

async function powerOff(
  uuid: string,
  hasFailed: boolean,
  { client, settings }: PowerOptions,
  signal: AbortSignal,
): Promise<void> {
  const { hardPowerOff, softPowerOffMs } = settings
  const target: PowerTarget = hasFailed && hardPowerOff ? 'power off' : 'soft power off'
  const timeoutS = target === 'power off' ? undefined : Math.round(softPowerOffMs / 1000)
  try {
    await client.power(uuid, target, timeoutS, signal)
  } catch (thrown) {
    if (!hardPowerOff || !hasStatus(thrown, 400) || target === 'power off') throw thrown
    await client.power(uuid, 'power off', undefined, signal)
  }
}

function explained(thrown: unknown): unknown {
  if (hasStatus(thrown, 409)) return locked(thrown)
  return isAbsent(thrown) ? notFound() : thrown
}

/** A power interface that cannot ask a machine to shut down, as IPMI without ACPI. */
function noSoftPowerOff(thrown: AmphoraComputeError): AmphoraComputeError {
  return new AmphoraComputeError(
    'the machine cannot be asked to shut down; the option hardPowerOff lets its power be cut',
    { code: 'failed-precondition', reason: 'ironic/no-soft-power-off', cause: thrown.cause },
  )
}
