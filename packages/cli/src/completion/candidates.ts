import type { Command, Option } from 'commander'

/** Says that the shell itself knows best: the names of files. */
export const FILES: unique symbol = Symbol('files')

/** What can stand in the place of the last word, which may be empty or begun. */
export async function candidates(
  program: Command,
  words: readonly string[],
  bindings: () => Promise<readonly string[]>,
): Promise<readonly string[] | typeof FILES> {
  const before = words.slice(0, -1)
  const begun = words.at(-1) ?? ''
  const { command, given, awaited } = walk(program, before)
  const fitting = (all: readonly string[]): readonly string[] => all.filter((one) => one.startsWith(begun))

  if (awaited !== undefined) {
    if (awaited.argChoices !== undefined) return fitting(awaited.argChoices)
    if (awaited.long === '--driver') return fitting(await bindings())
    return awaited.flags.includes('file>') ? FILES : []
  }
  if (begun.startsWith('-')) return fitting(flagsOf(command, program))
  if (command === program) {
    const visible = program.createHelp().visibleCommands(program)
    return fitting(visible.map((one) => one.name()))
  }
  return fitting(command.registeredArguments[given]?.argChoices ?? [])
}

interface Place {
  readonly command: Command
  /** How many arguments of the command are there already. */
  readonly given: number
  /** The flag whose value comes next. */
  readonly awaited: Option | undefined
}

function walk(program: Command, words: readonly string[]): Place {
  let command = program
  let given = 0
  let awaited: Option | undefined
  for (const word of words) {
    if (awaited !== undefined) awaited = undefined
    else if (word.startsWith('-')) {
      const flag = [...command.options, ...program.options].find(({ short, long }) => short === word || long === word)
      awaited = flag?.required === true ? flag : undefined
    } else if (command === program) command = program.commands.find((one) => one.name() === word) ?? program
    else given += 1
  }
  return { command, given, awaited }
}

function flagsOf(command: Command, program: Command): readonly string[] {
  const options = command === program ? program.options : [...command.options, ...program.options]
  return ['--help', ...options.map(({ long }) => long)].filter((long) => long !== undefined && long !== null)
}
