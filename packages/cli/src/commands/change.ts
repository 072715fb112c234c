import { InstanceNotFoundError, type AmphoraState, type CallOptions, type Compute } from '@amphora/core'
import { Command } from 'commander'
import type { Start } from '../invocation.ts'
import { withCompute } from '../session.ts'
import { idOf, isId, TARGET_HELP } from '../target.ts'
import { timeLeft, timeoutOption, type TimeoutFlag } from '../timeout-flag.ts'

/** A verb that changes one amphora and is over once it is in a state. */
export interface Change {
  readonly verb: 'suspend' | 'resume' | 'delete'
  readonly summary: string
  readonly description: string
  readonly ends: Extract<AmphoraState, 'suspended' | 'active' | 'deleted'>
  readonly apply: (compute: Compute, id: string, options: CallOptions) => Promise<void>
}

interface ChangeFlags extends TimeoutFlag {
  readonly driver?: string
  readonly wait?: boolean
}

/** `suspend`, `resume` and `delete`: resolves a name, changes, and waits where it is asked to. */
export function changeCommand({ verb, summary, description, ends, apply }: Change, start: Start): Command {
  return new Command(verb)
    .summary(summary)
    .description(description)
    .argument('<amphora>', TARGET_HELP)
    .option('--driver <name>', 'the binding that the name is looked for on')
    .option('--wait', `wait until it is ${ends}`)
    .addOption(timeoutOption())
    .action((target: string, flags: ChangeFlags) =>
      start((invocation) =>
        withCompute(invocation, async ({ compute }) => {
          const { output, signal } = invocation
          const left = timeLeft(flags)
          const driver = flags.driver === undefined ? {} : { driver: flags.driver }
          let id: string
          try {
            id = await idOf(target, compute, { ...driver, signal, ...left() })
          } catch (error) {
            if (verb !== 'delete' || isId(target) || !(error instanceof InstanceNotFoundError)) throw error
            output.note(`There is no amphora named ${target}; nothing to delete.`)
            return output.data({ name: target, verb, state: ends }, () => '')
          }
          const doubt = `Whether ${verb} was accepted for ${id} is not known.`
          invocation.aftermath = { left: [doubt], next: [invocation.argv, ['status', id]], onlyInDoubt: true }
          await apply(compute, id, { signal, ...left() })
          if (flags.wait !== true) {
            output.note(`${verb} was accepted for ${id}.`)
            return output.data({ id, verb }, () => '')
          }
          invocation.aftermath = { left: [`${verb} was accepted for ${id}.`], next: [['wait', id, ends]] }
          output.progress.show(`waiting for ${id} to be ${ends}`)
          await waited(compute, id, ends, { signal, ...left() })
          output.note(`${id} is ${ends}.`)
          return output.data({ id, verb, state: ends }, () => '')
        }),
      ),
    )
}

function waited(compute: Compute, id: string, ends: Change['ends'], options: CallOptions): Promise<unknown> {
  return ends === 'deleted' ? compute.waitFor(id, ends, options) : compute.waitFor(id, ends, options)
}
