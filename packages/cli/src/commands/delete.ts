import type { Command } from 'commander'
import type { Start } from '../invocation.ts'
import { changeCommand } from './change.ts'

export function deleteCommand(start: Start): Command {
  return changeCommand(
    {
      verb: 'delete',
      summary: 'delete one',
      description: 'Delete an amphora and what was made for it. What is gone already is no failure.',
      ends: 'deleted',
      apply: (compute, id, options) => compute.delete(id, options),
    },
    start,
  )
}
