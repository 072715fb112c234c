import { Command } from 'commander'
import type { Start } from '../invocation.ts'
import { amphoraView } from '../output/amphora-view.ts'
import { withCompute } from '../session.ts'
import { isId, TARGET_HELP } from '../target.ts'
import { timeLeft, timeoutOption, type TimeoutFlag } from '../timeout-flag.ts'

interface GetFlags extends TimeoutFlag {
  readonly driver?: string
}

export function getCommand(start: Start): Command {
  return new Command('get')
    .summary('show all that is known of one')
    .description('Show everything that is known of an amphora.')
    .argument('<amphora>', TARGET_HELP)
    .option('--driver <name>', 'the binding that the name is looked for on')
    .addOption(timeoutOption())
    .action((target: string, flags: GetFlags) =>
      start((invocation) =>
        withCompute(invocation, async ({ compute }) => {
          const driver = flags.driver === undefined ? {} : { driver: flags.driver }
          const query = isId(target) ? { id: target } : { name: target, ...driver }
          const amphora = await compute.getAmphora(query, { signal: invocation.signal, ...timeLeft(flags)() })
          await invocation.output.data(amphora, (style) => amphoraView(amphora, style))
        }),
      ),
    )
}
