import { describe, expect, it } from 'vitest'
import { server } from '../test/order.ts'
import { faultReason } from './fault-reason.ts'
import { statusOf } from './status.ts'

const state = (changes: Parameters<typeof server>[0]): string => statusOf(server(changes)).state

describe('the words of Nova', () => {
  it.each([
    ['BUILD', 'building'],
    ['REBUILD', 'building'],
    ['REBOOT', 'building'],
    ['HARD_REBOOT', 'building'],
    ['RESIZE', 'building'],
    ['REVERT_RESIZE', 'building'],
    ['ACTIVE', 'active'],
    ['PASSWORD', 'active'],
    ['VERIFY_RESIZE', 'active'],
    ['MIGRATING', 'active'],
    ['PAUSED', 'suspended'],
    ['SUSPENDED', 'suspended'],
    ['SHUTOFF', 'stopped'],
    ['SHELVED', 'stopped'],
    ['SHELVED_OFFLOADED', 'stopped'],
    ['RESCUE', 'stopped'],
    ['ERROR', 'error'],
    ['DELETED', 'deleting'],
    ['SOFT_DELETED', 'deleted'],
    ['UNKNOWN', 'unknown'],
  ])('%s is %s', (status, wanted) => {
    expect(state({ status })).toBe(wanted)
  })

  it.each([
    ['deleting', 'deleting'],
    ['soft-deleting', 'deleting'],
    ['suspending', 'suspending'],
    ['pausing', 'suspending'],
    ['resuming', 'resuming'],
    ['unpausing', 'resuming'],
    ['powering-off', 'stopped'],
  ])('ACTIVE with the task %s is %s: the status alone lies', (taskState, wanted) => {
    expect(state({ status: 'ACTIVE', taskState })).toBe(wanted)
  })

  it('are outweighed by no other task', () => {
    expect(state({ status: 'ACTIVE', taskState: 'image_snapshot' })).toBe('active')
    expect(state({ status: 'ERROR', taskState: 'deleting' })).toBe('deleting')
  })

  it.each(['toString', '__proto__', 'constructor', 'BRAND_NEW', ''])('that nobody knows are unknown: "%s"', (word) => {
    expect(state({ status: word })).toBe('unknown')
    expect(state({ status: 'ACTIVE', taskState: word })).toBe('active')
  })

  it('that are missing are unknown', () => {
    expect(statusOf(server({ status: undefined }))).toEqual({ state: 'unknown', raw: 'no status' })
  })

  it('are outweighed by a power that contradicts them', () => {
    expect(state({ powerState: 4 })).toBe('stopped')
    expect(statusOf(server({ powerState: 6 }))).toEqual({
      state: 'error',
      raw: 'ACTIVE',
      fault: 'it crashed',
      reason: 'nova/crashed',
    })
    expect(state({ status: 'SUSPENDED', powerState: 1 })).toBe('suspended')
  })

  it('move a server that was active, or one that was not', () => {
    expect(state({ status: 'MIGRATING', vmState: 'active' })).toBe('active')
    expect(state({ status: 'MIGRATING', vmState: 'paused' })).toBe('suspended')
  })

  it('are kept for the operator, the task behind the status', () => {
    expect(statusOf(server({ status: 'BUILD', taskState: 'spawning' })).raw).toBe('BUILD/spawning')
  })
})

describe('a fault', () => {
  it('is told with ERROR only, trimmed, on one line, cut to 200 characters', () => {
    const fault = `No valid host was found. ${'x\n'.repeat(200)}`
    const status = statusOf(server({ status: 'ERROR', fault }))
    expect(status.fault).toHaveLength(200)
    expect(status).toMatchObject({ reason: 'nova/no-valid-host' })
    expect(statusOf(server({ status: 'ERROR', fault: 'No valid host was found. ' })).fault).toBe(
      'No valid host was found.',
    )
    expect(statusOf(server({ fault: 'old' }))).toEqual({ state: 'active', raw: 'ACTIVE' })
  })

  it('is the action that failed where Nova names none, and absent where there is no such', () => {
    expect(statusOf(server({ status: 'ERROR' }), 'rebuild failed')).toEqual({
      state: 'error',
      raw: 'ERROR',
      fault: 'rebuild failed',
      reason: 'nova/action-failed',
    })
    expect(statusOf(server({ status: 'ERROR' }))).toEqual({ state: 'error', raw: 'ERROR' })
  })

  it.each([
    ['No valid host was found. There are not enough hosts available.', 'nova/no-valid-host'],
    ['Build of instance 5f0a aborted: no disk', 'nova/build-aborted'],
    ['Exceeded maximum number of retries. Exhausted all hosts', 'nova/no-host-took-it'],
    ['it crashed', 'nova/crashed'],
    ['create failed', 'nova/action-failed'],
    ['something new', undefined],
  ])('that says "%s" has the reason %s', (fault, reason) => {
    expect(faultReason(fault)).toBe(reason)
  })
})
