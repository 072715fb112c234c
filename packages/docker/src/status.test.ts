import { describe, expect, it } from 'vitest'
import { statusOf, statusOfRow } from './status.ts'
import type { WireState } from './wire.ts'

const NOW = Date.parse('2026-01-01T00:01:00Z')

const state = (changes: Partial<WireState>): WireState => ({
  Status: 'running',
  ExitCode: 0,
  Error: '',
  OOMKilled: false,
  StartedAt: '2026-01-01T00:00:00Z',
  Health: undefined,
  ...changes,
})
const health = (Status: string, lastOutput?: string): Partial<WireState> => ({ Health: { Status, lastOutput } })

describe('the state of a container', () => {
  it.each([
    [{ Status: 'created' }, { state: 'building', raw: 'created' }],
    [
      { Status: 'created', Error: 'network x not found', ExitCode: 128 },
      { state: 'error', raw: 'created/128', fault: 'network x not found', reason: 'docker/start-failed' },
    ],
    [{}, { state: 'active', raw: 'running' }],
    [health('none'), { state: 'active', raw: 'running' }],
    [health('healthy'), { state: 'active', raw: 'running/healthy' }],
    [health('starting'), { state: 'building', raw: 'running/starting' }],
    [
      health('unhealthy', 'connection\nrefused'),
      { state: 'error', raw: 'running/unhealthy', fault: 'connection refused', reason: 'docker/unhealthy' },
    ],
    [
      health('unhealthy'),
      { state: 'error', raw: 'running/unhealthy', fault: 'its health check fails', reason: 'docker/unhealthy' },
    ],
    [health('tired'), { state: 'unknown', raw: 'running/tired' }],
    [{ Status: 'paused' }, { state: 'suspended', raw: 'paused' }],
    [
      { Status: 'restarting', ExitCode: 3 },
      { state: 'error', raw: 'restarting/3', fault: 'exit code 3', reason: 'docker/exit-code' },
    ],
    [{ Status: 'removing' }, { state: 'deleting', raw: 'removing' }],
    [
      { Status: 'exited', ExitCode: 137, OOMKilled: true },
      { state: 'error', raw: 'exited/137', fault: 'out of memory', reason: 'docker/out-of-memory' },
    ],
    [{ Status: 'exited' }, { state: 'stopped', raw: 'exited/0' }],
    [
      { Status: 'exited', ExitCode: 143 },
      { state: 'stopped', raw: 'exited/143' },
    ],
    [
      { Status: 'exited', ExitCode: 137 },
      { state: 'stopped', raw: 'exited/137' },
    ],
    [
      { Status: 'exited', ExitCode: 127 },
      { state: 'error', raw: 'exited/127', fault: 'exit code 127', reason: 'docker/exit-code' },
    ],
    [{ Status: 'dead' }, { state: 'error', raw: 'dead', fault: 'removal failed', reason: 'docker/removal-failed' }],
    [{ Status: 'hibernating' }, { state: 'unknown', raw: 'hibernating' }],
    [{ Status: '' }, { state: 'unknown', raw: '' }],
  ] satisfies [Partial<WireState>, object][])('%j reads %j', (changes, expected) => {
    expect(statusOf({ State: state(changes), RestartCount: 0 }, NOW)).toEqual(expected)
  })

  it('does not believe a container that was restarted less than ten seconds ago', () => {
    const young = state({ StartedAt: '2026-01-01T00:00:51Z', ExitCode: 7 })
    expect(statusOf({ State: young, RestartCount: 1 }, NOW)).toEqual({
      state: 'error',
      raw: 'running/restarted',
      fault: 'restart loop, last exit 7',
      reason: 'docker/restart-loop',
    })
    expect(statusOf({ State: young, RestartCount: 0 }, NOW).state).toBe('active')
    expect(statusOf({ State: { ...young, StartedAt: '2026-01-01T00:00:49Z' }, RestartCount: 1 }, NOW).state).toBe(
      'active',
    )
  })

  it('cuts what a health check said to 200 characters', () => {
    const { fault } = statusOf({ State: state(health('unhealthy', 'x'.repeat(5000))), RestartCount: 0 }, NOW)
    expect(fault).toHaveLength(200)
  })
})

describe('the state of a row', () => {
  it.each([
    ['running', 'Up 2 minutes', { state: 'active', raw: 'running' }],
    ['running', 'Up 2 minutes (healthy)', { state: 'active', raw: 'running/healthy' }],
    ['running', 'Up 2 seconds (health: starting)', { state: 'building', raw: 'running/starting' }],
    ['paused', 'Up 2 minutes (Paused)', { state: 'suspended', raw: 'paused' }],
    ['exited', 'Exited (0) 3 seconds ago', { state: 'stopped', raw: 'exited/0' }],
    ['exited', 'Exited (143) 3 weeks ago', { state: 'stopped', raw: 'exited/143' }],
    [
      'exited',
      'Exited (3) 3 days ago',
      { state: 'error', raw: 'exited/3', fault: 'exit code 3', reason: 'docker/exit-code' },
    ],
    [
      'restarting',
      'Restarting (1) 1 second ago',
      { state: 'error', raw: 'restarting/1', fault: 'exit code 1', reason: 'docker/exit-code' },
    ],
    ['removing', 'Removal In Progress', { state: 'deleting', raw: 'removing' }],
    ['dead', 'Dead', { state: 'error', raw: 'dead', fault: 'removal failed', reason: 'docker/removal-failed' }],
    ['hibernating', 'Asleep', { state: 'unknown', raw: 'hibernating' }],
  ])('%s, "%s" reads %j', (State, Status, expected) => {
    expect(statusOfRow({ State, Status })).toEqual(expected)
  })

  it.each([
    ['created', 'Created'],
    ['exited', 'Exited (137) 3 seconds ago'],
    ['exited', 'in words of another engine'],
    ['running', 'Up 2 minutes (unhealthy)'],
  ])('%s, "%s" does not tell enough', (State, Status) => {
    expect(statusOfRow({ State, Status })).toBeUndefined()
  })
})
