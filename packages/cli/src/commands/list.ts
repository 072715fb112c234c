import type { Amphora } from '@amphora/core'
import { Command } from 'commander'
import type { Start } from '../invocation.ts'
import { amphoraTable } from '../output/amphora-view.ts'
import { withCompute } from '../session.ts'
import { timeoutOption, type TimeoutFlag } from '../timeout-flag.ts'

interface ListFlags extends TimeoutFlag {
  readonly driver?: string
}

export function listCommand(start: Start): Command {
  return new Command('list')
    .summary('list every amphora')
    .description('List every amphora of this owner. Fails where a backend does not answer; it is never just shorter.')
    .option('--driver <name>', 'one binding only')
    .addOption(timeoutOption())
    .action(({ driver, timeout }: ListFlags) =>
      start((invocation) =>
        withCompute(invocation, async ({ compute }) => {
          const { output, signal } = invocation
          const listed = compute.list({
            signal,
            ...(driver === undefined ? {} : { driver }),
            ...(timeout === undefined ? {} : { timeoutMs: timeout }),
          })
          // A table that breaks off would pass for a short one, so it is shown whole or not at all.
          const rows: Amphora[] = []
          for await (const amphora of listed) {
            if (output.json) await output.data(amphora, () => '')
            else rows.push(amphora)
          }
          if (!output.json && rows.length > 0) await output.data(rows, (style) => amphoraTable(rows, style))
          if (!output.json && rows.length === 0) output.note('There are no amphorae.')
        }),
      ),
    )
}
