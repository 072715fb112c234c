import type { AmphoraState, ReportedStatus } from '@amphora/core'
import { oneLine } from '@amphora/openstack'
import { faultReason } from './fault-reason.ts'
import type { WireServer } from './wire.ts'

const LONGEST_FAULT = 200
const SHUT_DOWN = 4
const CRASHED = 6

/**
 * Nova's words as ours: the task first, since a server that is being deleted or suspended still reads ACTIVE; then the
 * status, and the power only where it contradicts it. Total: a word nobody has mapped is `unknown`.
 */
export function statusOf(server: WireServer, failedAction?: string): ReportedStatus {
  const { status, taskState } = server
  const raw = `${shown(status ?? 'no status')}${taskState === undefined ? '' : `/${shown(taskState)}`}`
  const state = stateOf(server)
  if (state !== 'error') return { state, raw }
  const fault = shown(server.fault ?? failedAction ?? '')
  const crashed = status === 'ACTIVE' ? 'it crashed' : undefined
  const said = fault === '' ? crashed : fault
  return { state, raw, ...(said === undefined ? {} : { fault: said }), ...reasonOf(said) }
}

function stateOf({ status, taskState, vmState, powerState }: WireServer): AmphoraState {
  const word = status?.toUpperCase() ?? ''
  const task = taskState?.toLowerCase() ?? ''
  const busy = word === 'DELETED' || word === 'SOFT_DELETED' ? undefined : TASKS.get(task)
  if (busy !== undefined) return busy
  if (word === 'ACTIVE' && task === 'powering-off') return 'stopped'
  if (word === 'MIGRATING') return vmState === undefined || vmState === 'active' ? 'active' : 'suspended'
  const state = STATES.get(word) ?? 'unknown'
  if (state !== 'active') return state
  if (powerState === SHUT_DOWN) return 'stopped'
  return powerState === CRASHED ? 'error' : 'active'
}

const TASKS: ReadonlyMap<string, AmphoraState> = new Map<string, AmphoraState>([
  ['deleting', 'deleting'],
  ['soft-deleting', 'deleting'],
  ['suspending', 'suspending'],
  ['pausing', 'suspending'],
  ['resuming', 'resuming'],
  ['unpausing', 'resuming'],
])

/** All of `_STATE_MAP` (openstack/nova, nova/api/openstack/common.py). */
const STATES: ReadonlyMap<string, AmphoraState> = new Map<string, AmphoraState>([
  ['BUILD', 'building'],
  ['REBUILD', 'building'],
  ['REBOOT', 'building'],
  ['HARD_REBOOT', 'building'],
  ['RESIZE', 'building'],
  ['REVERT_RESIZE', 'building'],
  ['ACTIVE', 'active'],
  ['PASSWORD', 'active'],
  ['VERIFY_RESIZE', 'active'],
  ['PAUSED', 'suspended'],
  ['SUSPENDED', 'suspended'],
  ['SHUTOFF', 'stopped'],
  ['SHELVED', 'stopped'],
  ['SHELVED_OFFLOADED', 'stopped'],
  ['RESCUE', 'stopped'],
  ['ERROR', 'error'],
  // The record outlives the server for a moment: it is gone once Nova says 404.
  ['DELETED', 'deleting'],
  // The cloud keeps it for its operator and may give it back; for us it is gone.
  ['SOFT_DELETED', 'deleted'],
])

function reasonOf(fault: string | undefined): Pick<ReportedStatus, 'reason'> {
  const reason = fault === undefined ? undefined : faultReason(fault)
  return reason === undefined ? {} : { reason }
}

function shown(text: string): string {
  return oneLine(text, LONGEST_FAULT)
}
