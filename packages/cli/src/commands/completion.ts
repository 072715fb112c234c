import { Argument, Command } from 'commander'
import { candidates, FILES } from '../completion/candidates.ts'
import { bindingNames } from '../completion/binding-names.ts'
import { SCRIPTS, SHELLS, type Shell } from '../completion/scripts.ts'
import type { Host } from '../host.ts'
import type { Start } from '../invocation.ts'

export function completionCommand(start: Start): Command {
  return new Command('completion')
    .summary('print completion for a shell')
    .description('Print what makes a shell complete these commands; the README says where to put it.')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell: Shell) =>
      start(({ output }) => output.data({ shell, script: SCRIPTS[shell] }, () => SCRIPTS[shell])),
    )
}

/** What the scripts call: the words behind `amphora`, the last of which is being written. One candidate a line. */
export function completeCommand(start: Start, program: Command, host: Host): Command {
  return new Command('__complete')
    .argument('[words...]')
    .allowUnknownOption()
    .action((words: readonly string[]) =>
      start(async ({ output, signal }) => {
        const found = await candidates(program, words, () => bindingNames(words, host, signal))
        const lines = found === FILES ? [':files'] : found
        await output.data(lines, () => lines.map((line) => `${line}\n`).join(''))
      }),
    )
}
