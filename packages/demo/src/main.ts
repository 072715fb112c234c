import { demo } from './demo.ts'
import { Interruption } from './interruption.ts'

/** A process manager may hand on a signal that the terminal has sent already, so only a later one means "at once". */
const SAME_SIGNAL_MS = 1_000

const controller = new AbortController()
let interruptedAt = 0

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupt(new Interruption(name)))
// Who reads the output went away, as `head` does: what was made is removed all the same.
process.stdout.on('error', () => controller.abort(new Interruption('SIGPIPE')))
process.stderr.on('error', () => controller.abort(new Interruption('SIGPIPE')))

process.exitCode = await demo(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: controller.signal,
})

function interrupt(interruption: Interruption): void {
  const now = performance.now()
  if (!controller.signal.aborted) {
    interruptedAt = now
    controller.abort(interruption)
  } else if (now - interruptedAt > SAME_SIGNAL_MS) {
    process.stderr.write('left at once: the next run under the same --name takes over what is left, and removes it\n')
    process.exit(interruption.exitCode)
  }
}
