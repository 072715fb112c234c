import type { Command } from 'commander'
import type { Start } from '../invocation.ts'
import { changeCommand } from './change.ts'

export function suspendCommand(start: Start): Command {
  return changeCommand(
    {
      verb: 'suspend',
      summary: 'suspend one',
      description: 'Suspend an amphora. It keeps its id and its addresses; twice is fine.',
      ends: 'suspended',
      apply: (compute, id, options) => compute.suspend(id, options),
    },
    start,
  )
}
