import { Command } from 'commander'
import { EXIT_CODES } from '../exit-code.ts'
import type { Start } from '../invocation.ts'
import { fold } from '../output/fold.ts'
import { plain } from '../output/plain.ts'
import { gatherRequest } from '../request/gather-request.ts'
import { addRequestFlags, type RequestFlags } from '../request/request-flags.ts'
import { Sources } from '../request/sources.ts'
import { withUsualType } from '../request/usual-type.ts'
import { withCompute } from '../session.ts'
import { timeLeft, timeoutOption, type TimeoutFlag } from '../timeout-flag.ts'

export function validateCommand(start: Start): Command {
  const command = new Command('validate')
    .summary('tell what would make a build fail')
    .description(
      'Tell everything that would make a build fail, all of it at once, and build nothing. Exit code 2 where there is something.',
    )
  return addRequestFlags(command)
    .addOption(timeoutOption())
    .action((flags: RequestFlags & TimeoutFlag) =>
      start((invocation) =>
        withCompute(invocation, async ({ compute, bound }) => {
          const { host, output, signal } = invocation
          const left = timeLeft(flags)
          const given = await gatherRequest(flags, new Sources(host, signal), host)
          const request = withUsualType(given, bound)
          const problems = await compute.validate(request, { signal, ...left() })
          const valid = problems.length === 0
          await output.data({ valid, problems }, ({ isTerminal, width }) =>
            valid
              ? 'valid\n'
              : problems
                  .map((problem) => (isTerminal ? fold(plain(problem), width, '- ') : `- ${plain(problem)}\n`))
                  .join(''),
          )
          return valid ? EXIT_CODES.done : EXIT_CODES.usage
        }),
      ),
    )
}
