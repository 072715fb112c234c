import { createLogger } from './logger.ts'
import { EXIT_CODES, type ExitCode } from './exit-code.ts'
import { failureOf, type Failure } from './failure/failure.ts'
import { failureJson, renderFailure } from './failure/render-failure.ts'
import type { Host } from './host.ts'
import { NOTHING_LEFT, type Invocation, type Work } from './invocation.ts'
import { Output } from './output/output.ts'
import { jsonLine } from './output/plain.ts'
import { styleOf } from './output/style.ts'
import { createProgram, type GlobalFlags } from './program.ts'
import { listenForStops } from './stopping.ts'

/** Runs one command line, without the program's own name, to its end. Never rejects; resolves with the exit code. */
export async function run(argv: readonly string[], host: Host): Promise<ExitCode> {
  let invocation: Invocation | undefined
  let exitCode: ExitCode = EXIT_CODES.done
  const stopping = listenForStops(host, () => invocation?.output.note('Stopping; Ctrl-C again leaves at once.'))

  const start = async (work: Work, flags: GlobalFlags): Promise<void> => {
    const { json = false, verbose, color, config } = flags
    invocation = {
      host,
      output: new Output({ host, json, color, showProgress: verbose === 0 }),
      logger: await createLogger(verbose, host, json),
      config,
      signal: stopping.signal,
      stopped: () => stopping.exitCode,
      argv,
      aftermath: NOTHING_LEFT,
      reaped: [],
    }
    exitCode = (await work(invocation)) ?? EXIT_CODES.done
    invocation.output.progress.clear()
  }

  try {
    await createProgram(host, start).parseAsync(argv, { from: 'user' })
    return stopping.exitCode === EXIT_CODES.readerGone ? stopping.exitCode : exitCode
  } catch (error) {
    const { aftermath = NOTHING_LEFT, reaped = [] } = invocation ?? {}
    const failure = failureOf(error, { argv, aftermath, reaped, stopped: stopping.exitCode })
    if (failure.exitCode === EXIT_CODES.done) return EXIT_CODES.done
    invocation?.output.progress.clear()
    const isMoot = failure.exitCode === EXIT_CODES.readerGone && failure.aftermath.next.length === 0
    if (!isMoot) host.stderr.write(told(failure, argv, host))
    return failure.exitCode
  } finally {
    stopping.close()
  }
}

/** Also of a command line that could not be understood, so what it asks for is looked for in the words themselves. */
function told(failure: Failure, argv: readonly string[], host: Host): string {
  const withStack = argv.includes('--stack')
  if (argv.includes('--json')) return `${jsonLine(failureJson(failure, withStack))}\n`
  return renderFailure(failure, styleOf(host.stderr, host.env, !argv.includes('--no-color')), withStack)
}
