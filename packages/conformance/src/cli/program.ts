import { readFile, writeFile } from 'node:fs/promises'
import { registry, type DriverPlugin } from '@amphora/core'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { Report, RuleReport } from '../report.ts'
import { runConformance } from '../run-conformance.ts'
import { EXIT_CODES, STOPPED, USAGE } from './exit-code.ts'
import { reportTable, summary } from './report-table.ts'
import { subjectOf } from './subject-file.ts'
import { UsageError } from './usage-error.ts'

interface Flags {
  readonly options?: string
  readonly request?: string
  readonly facts?: string
  readonly driver?: string
  readonly live?: true
  readonly report?: string
  readonly beside?: string
  readonly atOnce?: number
}

export interface Terminal {
  readonly cwd: string
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Columns. */
  readonly width: number
  readonly stop: AbortSignal
}

/** Runs the command line; resolves with the exit code. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = programFor(terminal)
  try {
    await program.parseAsync(args, { from: 'user' })
    const [packageName = ''] = program.args
    return await judged(packageName, program.opts<Flags>(), terminal)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE
    terminal.err(`${error instanceof Error ? error.message : String(error)}\n`)
    return USAGE
  }
}

function programFor({ out, err, width }: Terminal): Command {
  return new Command('amphora-conformance')
    .description(
      'Runs the driver contract on a driver package, as it is installed here, and on the backend that its options lead to.',
    )
    .argument('<package>', 'the driver package, such as @amphora/docker, or the path of a module')
    .option('-o, --options <file>', "the driver's options, as JSON (default: {})")
    .option('-r, --request <file>', 'a build request that the backend can honour, as JSON; the kit names it')
    .option('-f, --facts <file>', 'what else the kit has to be told, as JSON: unknownImage, limits, deviations, …')
    .option('-d, --driver <name>', 'which driver, where the package has several')
    .option('-l, --live', 'a real backend: what it cannot be made to show is left to a run on a fake')
    .option('-j, --report <file>', 'write the report there, as JSON')
    .option('-b, --beside <file>', 'show an earlier report in a column of its own, such as that of the fake')
    .option('-n, --at-once <rules>', 'how many rules run at once', positive)
    .addHelpText('after', HELP)
    .exitOverride()
    .configureHelp({ helpWidth: Math.min(width, 80) })
    .configureOutput({ writeOut: out, writeErr: err })
    .allowExcessArguments(false)
}

const HELP = `
Everything it makes bears a name that begins as it says at first, and is removed
again, also after Ctrl-C.

Exit codes: 0 conforms, 1 fails, 2 deviates, 3 incomplete, 64 wrong usage,
130 stopped by Ctrl-C.`

function positive(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new InvalidArgumentError('A whole number above 0 is needed.')
}

async function judged(packageName: string, flags: Flags, { cwd, out, err, width, stop }: Terminal): Promise<number> {
  const plugin = chosen(await registry.load(packageName, cwd), flags.driver)
  const subject = await subjectOf(plugin, { options: flags.options, request: flags.request, facts: flags.facts })
  const beside = flags.beside === undefined ? [] : [await reportFrom(flags.beside)]
  const onRule = ({ id, result, ms = 0 }: RuleReport): void => {
    if (ms > 0) err(`${result.padEnd(8)} ${id} (${ms} ms)\n`)
  }
  const onStart = (prefix: string): void => err(`Everything that is made is named ${prefix}…\n`)
  const backend = flags.live === true ? 'live' : 'fake'
  const report = await runConformance(subject, {
    backend,
    stop,
    onRule,
    onStart,
    ...(flags.atOnce && { atOnce: flags.atOnce }),
  })
  if (flags.report !== undefined) await writeFile(flags.report, `${JSON.stringify(report, undefined, 2)}\n`)
  out(`${reportTable([...beside, report], width)}\n${subject.name}: ${report.verdict}. ${summary(report)}.\n`)
  return stop.aborted ? STOPPED : EXIT_CODES[report.verdict]
}

function chosen(plugins: readonly DriverPlugin[], name: string | undefined): DriverPlugin {
  const [first, ...others] = name === undefined ? plugins : plugins.filter(({ definition }) => definition.name === name)
  if (first !== undefined && others.length === 0) return first
  const names = plugins.map(({ definition }) => definition.name).join(', ')
  throw new UsageError(`The package has the drivers ${names}; say which one with --driver`)
}

async function reportFrom(path: string): Promise<Report> {
  try {
    const report: Report = JSON.parse(await readFile(path, 'utf8'))
    if (Array.isArray(report.rules)) return report
  } catch {
    // Said below, whatever is wrong with it.
  }
  throw new UsageError(`The file ${path} does not hold a report, as --report writes it`)
}
