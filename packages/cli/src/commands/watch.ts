import { AmphoraComputeError, type Amphora } from '@amphora/core'
import { Command } from 'commander'
import type { Start } from '../invocation.ts'
import { painted } from '../output/amphora-view.ts'
import { plain } from '../output/plain.ts'
import type { Style } from '../output/style.ts'
import { withCompute } from '../session.ts'
import { timeoutOption, type TimeoutFlag } from '../timeout-flag.ts'

interface WatchFlags extends TimeoutFlag {
  readonly driver?: string
}

export function watchCommand(start: Start): Command {
  return new Command('watch')
    .summary('show changes until Ctrl-C')
    .description('Show what there is, and then every change as it is seen, until Ctrl-C.')
    .option('--driver <name>', 'one binding only; each must be able to watch')
    .addOption(timeoutOption())
    .action(({ driver, timeout }: WatchFlags) =>
      start((invocation) =>
        withCompute(invocation, async ({ compute }) => {
          const { output, signal, stopped } = invocation
          const seen = compute.watch({
            signal,
            ...(driver === undefined ? {} : { driver }),
            ...(timeout === undefined ? {} : { timeoutMs: timeout }),
          })
          try {
            for await (const amphora of seen) await output.data(amphora, (style) => changeLine(amphora, style))
            return undefined
          } catch (error) {
            // Being stopped is how a watch ends.
            if (!(error instanceof AmphoraComputeError) || error.code !== 'cancelled') throw error
            return stopped()
          }
        }),
      ),
    )
}

function changeLine({ id, name, status }: Amphora, style: Style): string {
  const time = new Date().toLocaleTimeString('en-GB')
  const state = painted(status.state.padEnd(10), status.state, style)
  const said = status.fault === undefined ? '' : `  ${plain(status.fault)}`
  return `${time}  ${state}  ${plain(name)}  ${plain(id)}${said}\n`
}
