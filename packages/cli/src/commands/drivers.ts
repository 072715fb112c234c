import { Command } from 'commander'
import { bindDrivers } from '../config/bind-drivers.ts'
import { brokenConfig, loadConfig } from '../config/load-config.ts'
import type { Start } from '../invocation.ts'
import { capabilityWords } from '../output/capability-words.ts'
import { table } from '../output/table.ts'

export function driversCommand(start: Start): Command {
  return new Command('drivers')
    .summary('list the configured drivers')
    .description('List the configured drivers and what each can do. Sends nothing.')
    .action(() =>
      start(async ({ config: option, host, output, signal }) => {
        const config = await loadConfig(option, host, signal)
        const bound = await bindDrivers(config)
        const problems = bound.flatMap((one) => one.problems)
        if (problems.length > 0) throw brokenConfig(config.shownPath, problems)
        const rows = bound.flatMap(({ name, package: specifier, plugin }) =>
          plugin === undefined ? [] : [{ name, package: specifier, definition: plugin.definition }],
        )
        const data = rows.map(({ name, package: specifier, definition }) => ({
          name,
          driver: definition.name,
          package: specifier,
          apiVersion: definition.apiVersion,
          capabilities: definition.capabilities,
        }))
        await output.data(data, (style) =>
          table(
            [
              { title: 'NAME', value: ({ name }) => name },
              { title: 'DRIVER', value: ({ driver }) => driver },
              { title: 'BUILDS', value: ({ capabilities }) => capabilities.types.join(', '), tooWide: 'wrap' },
              {
                title: 'CAN TAKE',
                value: ({ capabilities }) => capabilityWords(capabilities).join(', '),
                tooWide: 'wrap',
              },
            ],
            data,
            style,
          ),
        )
      }),
    )
}
