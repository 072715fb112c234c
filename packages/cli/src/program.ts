import { Command, Option } from 'commander'
import { buildCommand } from './commands/build.ts'
import { checkCommand } from './commands/check.ts'
import { completeCommand, completionCommand } from './commands/completion.ts'
import { deleteCommand } from './commands/delete.ts'
import { driversCommand } from './commands/drivers.ts'
import { getCommand } from './commands/get.ts'
import { listCommand } from './commands/list.ts'
import { resumeCommand } from './commands/resume.ts'
import { statusCommand } from './commands/status.ts'
import { suspendCommand } from './commands/suspend.ts'
import { validateCommand } from './commands/validate.ts'
import { waitCommand } from './commands/wait.ts'
import { watchCommand } from './commands/watch.ts'
import { ownVersion } from './doctor/versions.ts'
import { EXIT_CODE_MEANINGS } from './exit-code.ts'
import type { Host } from './host.ts'
import type { Start, Work } from './invocation.ts'
import { fold } from './output/fold.ts'
import { styleOf, textWidth } from './output/style.ts'

/** What every command takes. */
export interface GlobalFlags {
  readonly config?: string
  readonly json?: boolean
  /** How often `-v` was given. */
  readonly verbose: number
  readonly color: boolean
  readonly stack?: boolean
}

/** The whole command line. Failures are thrown, not printed; help is printed on the host's streams. */
export function createProgram(host: Host, run: (work: Work, flags: GlobalFlags) => Promise<void>): Command {
  const program = new Command('amphora')
  const start: Start = (work) => run(work, program.opts())
  const width = textWidth(styleOf(host.stdout, host.env, false))
  program
    .description('Builds, finds, watches, suspends and deletes load-balancer instances on any driver.')
    .option('--config <file>', 'the configuration; default: AMPHORA_CONFIG, else ./amphora.yaml')
    .option('--json', 'JSON on stdout, and errors as JSON on stderr')
    .addOption(
      new Option('-v, --verbose', 'log on stderr what is done; -vv every call').argParser(counted).default(0, 'silent'),
    )
    .option('--stack', 'show with an error where it comes from')
    .option('--no-color', 'no colours, as with NO_COLOR=1')
    .version(ownVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help')
    .configureHelp({ showGlobalOptions: true, helpWidth: width, minWidthToWrap: 20 })
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
      // Whoever runs the program tells the failure.
      outputError: () => {},
    })
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText('after', `\n${afterHelp(width)}`)

  for (const command of commands(start)) program.addCommand(inherited(command, program))
  program.addCommand(inherited(completeCommand(start, program, host), program), { hidden: true })
  return program
}

function commands(start: Start): readonly Command[] {
  return [
    driversCommand(start),
    checkCommand(start),
    validateCommand(start),
    buildCommand(start),
    listCommand(start),
    getCommand(start),
    statusCommand(start),
    waitCommand(start),
    watchCommand(start),
    suspendCommand(start),
    resumeCommand(start),
    deleteCommand(start),
    completionCommand(start),
  ]
}

/** What `Command.command` does for the commands that it makes itself, exits and outputs included. */
function inherited(command: Command, parent: Command): Command {
  return command.copyInheritedSettings(parent).helpOption('-h, --help', 'show help')
}

function counted(_value: string, previous: number): number {
  return previous + 1
}

function afterHelp(width: number): string {
  const codes = EXIT_CODE_MEANINGS.map(([code, meaning]) => fold(meaning, width, `  ${String(code).padEnd(5)}`))
  return ['Exit codes:\n', ...codes, '\nExample:\n', ...EXAMPLE].join('')
}

const EXAMPLE = [
  '  amphora build --name lb-1 --image haproxy:2.9 --wait \\\n',
  '    --file /etc/haproxy/haproxy.cfg=./haproxy.cfg\n',
]
