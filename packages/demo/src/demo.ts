import type { World } from '@amphora/noop'
import { CleanUp } from './clean-up.ts'
import { readCommandLine, type DemoOptions } from './command-line.ts'
import { DemoError } from './claim.ts'
import { Interruption } from './interruption.ts'
import { explain } from './output/explain.ts'
import { Ledger, type Say } from './output/ledger.ts'
import { createLog } from './output/log.ts'
import { Screen, type Output } from './output/screen.ts'
import { play } from './play.ts'

export interface Surroundings {
  readonly stdout: Output
  readonly stderr: Output
  /** Aborting it with an `Interruption` breaks the run off; what was made is removed all the same. */
  readonly signal: AbortSignal
  /** The simulator's world; one of its own where left out. */
  readonly world?: World
}

/**
 * Shows the main job and gives the exit code: 0 where every step held what it claims and nothing is left behind, 1
 * where not, 128 and the signal's number where it was interrupted.
 */
export async function demo(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings
  const options = readCommandLine(args, { out: (text) => stdout.write(text), err: (text) => stderr.write(text) })
  return typeof options === 'number' ? options : show(options, surroundings)
}

async function show(options: DemoOptions, { stdout, stderr, signal, world }: Surroundings): Promise<number> {
  const { name, verbose } = options
  const screen = new Screen(stdout)
  const ledger = new Ledger(screen)
  const cleanUp = new CleanUp()
  const log = createLog(stderr, screen, verbose)
  const complain = (error: unknown): void =>
    screen.beside(() => stderr.write(`error: step "${ledger.failed ?? 'none'}" failed: ${explain(error, verbose)}\n`))
  const sayAborted = (): void =>
    screen.line(`${reasonOf(signal).message}: what was made is removed; once more to leave at once`)

  screen.line(screen.style('bold', `The main job, under the name ${name}`))
  signal.addEventListener('abort', sayAborted, { once: true })
  const failure = await failureOf(play({ options, ledger, log, cleanUp, signal, world }))
  if (failure !== undefined && !signal.aborted) complain(failure.error)
  const removal = { title: 'clean up', work: (say: Say) => leaveNothing(cleanUp, name, say), seen: String }
  const left = await failureOf(ledger.run(removal))
  if (left !== undefined) complain(left.error)
  signal.removeEventListener('abort', sayAborted)
  if (signal.aborted) return reasonOf(signal).exitCode

  for (const line of ['', ...ledger.table()]) screen.line(line)
  return failure === undefined && left === undefined ? 0 : 1
}

async function leaveNothing(cleanUp: CleanUp, name: string, say: Say): Promise<string> {
  const { done, left } = await cleanUp.run()
  for (const line of done) say.detail(line)
  if (left.length === 0) return 'nothing is left behind'
  throw new DemoError(`this is left behind: ${left.join('; ')}. A run with --name ${name} takes it over and removes it`)
}

async function failureOf(work: Promise<unknown>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    return { error }
  }
}

function reasonOf({ reason }: AbortSignal): Interruption {
  return reason instanceof Interruption ? reason : new Interruption('SIGTERM')
}
