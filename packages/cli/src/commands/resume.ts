import type { Command } from 'commander'
import type { Start } from '../invocation.ts'
import { changeCommand } from './change.ts'

export function resumeCommand(start: Start): Command {
  return changeCommand(
    {
      verb: 'resume',
      summary: 'resume a suspended one',
      description: 'Resume a suspended amphora; exit code 6 where it is not suspended.',
      ends: 'active',
      apply: (compute, id, options) => compute.resume(id, options),
    },
    start,
  )
}
