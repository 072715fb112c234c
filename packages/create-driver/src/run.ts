import { relative } from 'node:path'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { AMPHORA_TYPES, type AmphoraType } from './amphora-type.ts'
import { createPackage, type CreatedPackage } from './create-package.ts'
import { nameProblem, scopeProblem } from './name.ts'

/** The part of a process that is used. */
export interface Host {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Runs one command line to its end. Resolves with 0, with 1 where nothing could be written, with 2 for wrong arguments. */
export async function run(argv: readonly string[], host: Host): Promise<0 | 1 | 2> {
  const program = new Command('create-amphora-driver')
    .description('Writes a new Amphora driver package that builds, and keeps the driver contract, on its first run.')
    .argument('<name>', 'what the driver is called, such as acme', (name: string) => checked(name, nameProblem))
    .addOption(new Option('--type <type>', 'what it builds').choices(AMPHORA_TYPES).default('VM'))
    .option('--scope <scope>', 'the npm scope of the package, such as @acme', (scope: string) =>
      checked(scope, scopeProblem),
    )
    .option('--dir <folder>', 'where to write it, empty or not there yet (default: ./amphora-driver-<name>)')
    .addHelpText('after', HELP)
    .showHelpAfterError('(--help says more)')
    .exitOverride()
    .configureHelp({ helpWidth: 80 })
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
    })
    .action(async (name: string, options: Flags) => {
      host.stdout.write(told(await createPackage({ ...options, name }), managerOf(host.env)))
    })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    host.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

interface Flags {
  readonly type: AmphoraType
  readonly scope?: string
  readonly dir?: string
}

function checked(value: string, problemOf: (value: string) => string | undefined): string {
  const problem = problemOf(value)
  if (problem !== undefined) throw new InvalidArgumentError(problem)
  return value
}

/** npm and pnpm say who they are in the environment of what they run. */
function managerOf({ npm_config_user_agent: agent = '' }: Host['env']): 'npm' | 'pnpm' {
  return agent.startsWith('pnpm/') ? 'pnpm' : 'npm'
}

function told({ name, folder, files, marks }: CreatedPackage, manager: 'npm' | 'pnpm'): string {
  return `${name}: ${files.length} files in ${folder}

It is a whole driver, with a fake backend that it is tested on. Next:

  cd ${relative(process.cwd(), folder) || '.'}
  ${manager} install
  ${manager} test

Then put your own backend in its place: ${marks} comments that begin with "// here"
say where, and README.md lists them.
`
}

const HELP = `
npm keeps options to itself unless they stand behind "--":
  npm create amphora-driver acme -- --type Container

Exit codes: 0 done, 1 nothing could be written, 2 wrong arguments.`
