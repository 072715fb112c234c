import { Command } from 'commander'
import type { Start } from '../invocation.ts'
import { gatherRequest } from '../request/gather-request.ts'
import { addRequestFlags, type RequestFlags } from '../request/request-flags.ts'
import { Sources } from '../request/sources.ts'
import { withUsualType } from '../request/usual-type.ts'
import { withCompute } from '../session.ts'
import { timeLeft, timeoutOption, type TimeoutFlag } from '../timeout-flag.ts'

interface BuildFlags extends RequestFlags, TimeoutFlag {
  readonly wait?: boolean
}

export function buildCommand(start: Start): Command {
  const command = new Command('build')
    .summary('build an amphora, print its id')
    .description(
      'Build an amphora and print its id. Under a --name the same request gives the same amphora however often it is repeated; ' +
        'without one a name is made, and Ctrl-C deletes again what was made after it.',
    )
  return addRequestFlags(command)
    .option('--wait', 'wait until it is active')
    .addOption(timeoutOption())
    .action((flags: BuildFlags) =>
      start((invocation) =>
        withCompute(invocation, async ({ compute, bound }) => {
          const { host, output, signal } = invocation
          const left = timeLeft(flags)
          const given = await gatherRequest(flags, new Sources(host, signal), host)
          const request = withUsualType(given, bound)
          const { name } = request
          output.progress.show(`building ${name ?? 'an amphora'}`)
          const id = await compute.build(request, { signal, ...left() })
          invocation.aftermath = {
            left: [`${id} exists.`],
            next: [
              ['wait', id],
              ['delete', id],
            ],
          }
          if (flags.wait !== true) {
            output.note(`${name ?? id} is being built. To wait for it:\n  amphora wait ${name ?? id}`)
            return output.data({ id, ...(name === undefined ? {} : { name }) }, () => `${id}\n`)
          }
          output.progress.show(`waiting for ${name ?? id} to be active`)
          const amphora = await compute.waitFor(id, 'active', { signal, ...left() })
          const addresses = amphora.addresses.map(({ ip }) => ip).join(', ')
          output.note(`${amphora.name} is active${addresses === '' ? '' : ` at ${addresses}`}.`)
          return output.data(amphora, () => `${id}\n`)
        }),
      ),
    )
}
