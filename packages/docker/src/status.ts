import type { ReportedStatus } from '@amphora/core'
import type { WireContainer, WireRow, WireState } from './wire.ts'

/** A crash loop shows `running` between two crashes; this long it must have been up to be believed, milliseconds. */
const BELIEVED_AFTER_MS = 10_000
const LONGEST_FAULT = 200

/** The engine's words as ours. Total: a word nobody has mapped is `unknown`. */
export function statusOf(container: Pick<WireContainer, 'State' | 'RestartCount'>, now: number): ReportedStatus {
  const { State } = container
  switch (State.Status) {
    case 'created':
      return State.Error === '' ? plain('building', 'created') : startFailed(State)
    case 'running':
      return looping(container, now) ?? running(State)
    case 'paused':
      return plain('suspended', 'paused')
    case 'restarting':
      return error(`restarting/${State.ExitCode}`, `exit code ${State.ExitCode}`, 'exit-code')
    case 'removing':
      return plain('deleting', 'removing')
    case 'exited':
      return exited(State.ExitCode, State.OOMKilled)
    case 'dead':
      return error('dead', 'removal failed', 'removal-failed')
    default:
      return plain('unknown', shown(State.Status))
  }
}

/** The same of a row of a list; `undefined` where a row does not tell, and an inspect does. */
export function statusOfRow({ State, Status }: Pick<WireRow, 'State' | 'Status'>): ReportedStatus | undefined {
  if (State === 'created') return undefined
  if (State === 'exited' || State === 'restarting') {
    const code = /\((-?\d+)\)/.exec(Status)?.[1]
    // 137 is a SIGKILL, be it of an operator or of the kernel when memory ran out.
    if (code === undefined || (State === 'exited' && code === '137')) return undefined
    return statusOf(bare(State, Number(code), undefined), 0)
  }
  if (State !== 'running') return statusOf(bare(State, 0, undefined), 0)
  const health = /\((?:health: )?(starting|healthy|unhealthy)\)/.exec(Status)?.[1]
  // Why it is unhealthy only an inspect tells.
  return health === 'unhealthy' ? undefined : statusOf(bare(State, 0, health), 0)
}

function bare(status: string, exitCode: number, health: string | undefined): Parameters<typeof statusOf>[0] {
  return {
    RestartCount: 0,
    State: {
      Status: status,
      ExitCode: exitCode,
      Error: '',
      OOMKilled: false,
      StartedAt: undefined,
      Health: health === undefined ? undefined : { Status: health, lastOutput: undefined },
    },
  }
}

function running({ Health }: WireState): ReportedStatus {
  const health = Health?.Status
  if (Health === undefined || health === undefined || health === 'none') return plain('active', 'running')
  const raw = `running/${shown(health)}`
  if (health === 'healthy') return plain('active', raw)
  if (health === 'starting') return plain('building', raw)
  if (health !== 'unhealthy') return plain('unknown', raw)
  return error(raw, Health.lastOutput ?? 'its health check fails', 'unhealthy')
}

function looping({ State, RestartCount }: Parameters<typeof statusOf>[0], now: number): ReportedStatus | undefined {
  const up = State.StartedAt === undefined ? Number.NaN : now - Date.parse(State.StartedAt)
  if (!(RestartCount > 0 && up < BELIEVED_AFTER_MS)) return undefined
  return error('running/restarted', `restart loop, last exit ${State.ExitCode}`, 'restart-loop')
}

function exited(exitCode: number, oomKilled: boolean): ReportedStatus {
  const raw = `exited/${exitCode}`
  if (oomKilled) return error(raw, 'out of memory', 'out-of-memory')
  if (exitCode === 0 || exitCode === 143 || exitCode === 137) return plain('stopped', raw)
  return error(raw, `exit code ${exitCode}`, 'exit-code')
}

function startFailed({ Error: why, ExitCode }: WireState): ReportedStatus {
  return error(`created/${ExitCode}`, why, 'start-failed')
}

function plain(state: ReportedStatus['state'], raw: string): ReportedStatus {
  return { state, raw }
}

function error(raw: string, fault: string, reason: string): ReportedStatus {
  return { state: 'error', raw, fault: shown(fault), reason: `docker/${reason}` }
}

/** The engine's words for the operator: one line of bounded length. */
function shown(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_FAULT)
}
