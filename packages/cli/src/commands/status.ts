import { Command } from 'commander'
import type { Start } from '../invocation.ts'
import { statusView } from '../output/amphora-view.ts'
import { withCompute } from '../session.ts'
import { idOf, TARGET_HELP } from '../target.ts'
import { timeLeft, timeoutOption, type TimeoutFlag } from '../timeout-flag.ts'

interface StatusFlags extends TimeoutFlag {
  readonly driver?: string
}

export function statusCommand(start: Start): Command {
  return new Command('status')
    .summary('show the state of one')
    .description('Show what the backend says of an amphora now.')
    .argument('<amphora>', TARGET_HELP)
    .option('--driver <name>', 'the binding that the name is looked for on')
    .addOption(timeoutOption())
    .action((target: string, flags: StatusFlags) =>
      start((invocation) =>
        withCompute(invocation, async ({ compute }) => {
          const { output, signal } = invocation
          const left = timeLeft(flags)
          const driver = flags.driver === undefined ? {} : { driver: flags.driver }
          const id = await idOf(target, compute, { ...driver, signal, ...left() })
          const status = await compute.status(id, { signal, ...left() })
          await output.data({ id, ...status }, (style) => statusView(id, status, style))
        }),
      ),
    )
}
