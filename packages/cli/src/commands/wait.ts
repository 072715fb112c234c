import { InstanceNotFoundError, type AmphoraState } from '@amphora/core'
import { Argument, Command } from 'commander'
import type { Start } from '../invocation.ts'
import { amphoraView } from '../output/amphora-view.ts'
import { withCompute } from '../session.ts'
import { idOf, isId, TARGET_HELP } from '../target.ts'
import { timeLeft, timeoutOption, type TimeoutFlag } from '../timeout-flag.ts'

const STATES: readonly AmphoraState[] = ['active', 'suspended', 'stopped', 'deleted', 'error', 'building']

interface WaitFlags extends TimeoutFlag {
  readonly driver?: string
}

export function waitCommand(start: Start): Command {
  return new Command('wait')
    .summary('wait until one is in a state')
    .description('Wait until an amphora is in a state. The state error ends every wait but that for deleted.')
    .argument('<amphora>', TARGET_HELP)
    .addArgument(new Argument('[state]', 'what to wait for').choices(STATES).default('active'))
    .option('--driver <name>', 'the binding that the name is looked for on')
    .addOption(timeoutOption())
    .action((target: string, state: AmphoraState, flags: WaitFlags) =>
      start((invocation) =>
        withCompute(invocation, async ({ compute }) => {
          const { output, signal } = invocation
          const left = timeLeft(flags)
          output.progress.show(`waiting for ${target} to be ${state}`)
          const driver = flags.driver === undefined ? {} : { driver: flags.driver }
          let id: string
          try {
            id = await idOf(target, compute, { ...driver, signal, ...left() })
          } catch (error) {
            const isGone = state === 'deleted' && !isId(target) && error instanceof InstanceNotFoundError
            if (!isGone) throw error
            return output.data({ name: target, state }, () => '')
          }
          if (state === 'deleted') {
            await compute.waitFor(id, state, { signal, ...left() })
            return output.data({ id, state }, () => '')
          }
          const amphora = await compute.waitFor(id, state, { signal, ...left() })
          return output.data(amphora, (style) => amphoraView(amphora, style))
        }),
      ),
    )
}
