import type { AmphoraState, ReportedStatus } from '@amphora/core'
import { oneLine } from '@amphora/openstack'
import type { Sighting } from './sighting.ts'
import type { WireAllocation } from './wire.ts'

/**
 * Ironic's words as ours: the provision state first, then the power, and what it says of itself in between. Total: a word
 * nobody has mapped is `unknown`. `maintenance` changes nothing: an operator's work on a machine does not stop it.
 */
export function statusOf(sighting: Sighting): ReportedStatus {
  const { node, allocation } = sighting
  if (node !== undefined) {
    const raw = shown(`${node.provisionState ?? 'no provision state'}/${node.powerState ?? 'no power state'}`)
    const { state, reason, fault } = nodeStatus(sighting)
    const said = fault === undefined ? '' : shown(withoutQueries(fault))
    return { state, raw, ...(said === '' ? {} : { fault: said }), ...(reason === undefined ? {} : { reason }) }
  }
  return allocationStatus(allocation)
}

interface Reading {
  readonly state: AmphoraState
  readonly reason?: string | undefined
  /** The backend's own words. An old failure stays visible in later good states, so only bad ones have one. */
  readonly fault?: string | undefined
}

function nodeStatus({ node, marks }: Sighting): Reading {
  const { provisionState = '', lastError, fault, powerState = '', targetPowerState = '', reservation } = node ?? {}
  const failure = FAILURES.get(provisionState)
  if (failure !== undefined) return { state: 'error', reason: failure, fault: lastError }
  const state = STATES.get(provisionState) ?? 'unknown'
  if (state !== 'active') return { state }
  // That the controller of a machine does not answer is no proof that the machine is dead.
  if (fault !== undefined) {
    const reason = `ironic/${fault
      .toLowerCase()
      .replaceAll(/[^a-z]+/g, '-')
      .slice(0, 40)}`
    return { state: 'unknown', reason, fault: lastError ?? fault }
  }
  const isBusy = targetPowerState !== '' || reservation !== undefined
  if (powerState === 'power on') {
    if (marks?.suspended !== true) return { state: 'active' }
    if (targetPowerState === 'power off') return { state: 'suspending' }
    return isBusy || lastError === undefined ? { state: 'active' } : powerFailed(lastError)
  }
  if (powerState !== 'power off') return { state: 'unknown' }
  if (targetPowerState === 'power on' && isOurs(marks)) return { state: 'resuming' }
  if (!isOurs(marks)) return { state: 'stopped' }
  const failed = marks?.suspended !== true && !isBusy && lastError !== undefined
  return failed ? powerFailed(lastError) : { state: 'suspended' }
}

function isOurs(marks: Sighting['marks']): boolean {
  return marks?.suspended === true || marks?.resumed === true
}

/** Ironic takes every power change, and tells only here that one has failed. An error counts after a change of ours alone. */
function powerFailed(fault: string): Reading {
  return { state: 'error', reason: 'ironic/power-failed', fault }
}

/** Every state of a node that bears our id (openstack/ironic, ironic/common/states.py), but for those that are failures. */
const STATES: ReadonlyMap<string, AmphoraState> = new Map<string, AmphoraState>([
  // Reserved, and not deployed yet.
  ['available', 'building'],
  ['manageable', 'building'],
  ['deploying', 'building'],
  ['wait call-back', 'building'],
  ['deploy complete', 'building'],
  ['rebuild', 'building'],
  ['adopting', 'building'],
  ['active', 'active'],
  // It runs a rescue image, and not the amphora.
  ['rescue', 'stopped'],
  ['rescuing', 'stopped'],
  ['rescue wait', 'stopped'],
  ['unrescuing', 'stopped'],
  ['deleting', 'deleting'],
  // An operator's work on a node that is reserved.
  ['enroll', 'unknown'],
  ['verifying', 'unknown'],
  ['inspecting', 'unknown'],
  ['inspect wait', 'unknown'],
  ['inspect failed', 'unknown'],
  ['cleaning', 'unknown'],
  ['clean wait', 'unknown'],
])

const FAILURES: ReadonlyMap<string, string> = new Map([
  ['deploy failed', 'ironic/deploy-failed'],
  ['error', 'ironic/tear-down-failed'],
  ['clean failed', 'ironic/clean-failed'],
  ['adopt failed', 'ironic/adopt-failed'],
  ['rescue failed', 'ironic/rescue-failed'],
  ['unrescue failed', 'ironic/unrescue-failed'],
])

/** Every state that a node has while a deployment of it is under way or done, or once was. */
export function isDeployed(provisionState: string | undefined): boolean {
  return !UNDEPLOYED.has(provisionState ?? '')
}

const UNDEPLOYED: ReadonlySet<string> = new Set([
  'available',
  'manageable',
  'enroll',
  'verifying',
  'inspecting',
  'inspect wait',
  'inspect failed',
  'cleaning',
  'clean wait',
  'clean failed',
])

function allocationStatus(allocation: WireAllocation | undefined): ReportedStatus {
  const state = allocation?.state ?? ''
  const raw = shown(state === '' ? 'no state' : state)
  if (state === 'allocating') return { state: 'building', raw }
  // Its node does not bear it any more: a tear-down wipes the node first.
  if (state === 'active') return { state: 'deleting', raw }
  if (state !== 'error') return { state: 'unknown', raw }
  const fault = shown(withoutQueries(allocation?.lastError ?? '').replace(/^Failed to process allocation \S+: /, ''))
  return { state: 'error', raw, reason: 'ironic/no-node', ...(fault === '' ? {} : { fault }) }
}

/** Addresses of images may hold passwords, and end with a signature that lets anybody in. */
export function withoutQueries(text: string): string {
  return text.replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/@?'"]*@)?([^\s?'"]*)(?:\?[^\s'"]*)?/gi, '$1$2')
}

const LONGEST = 200

function shown(text: string): string {
  return oneLine(text, LONGEST)
}
