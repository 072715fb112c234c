#!/usr/bin/env node
import { STOPPED } from './cli/exit-code.ts'
import { runProgram } from './cli/program.ts'

const stop = new AbortController()

process.on('SIGINT', () => {
  if (stop.signal.aborted) process.exit(STOPPED)
  process.stderr.write('Stopping: what was made is being removed. Ctrl-C again leaves it.\n')
  stop.abort()
})

const code = await runProgram(process.argv.slice(2), {
  cwd: process.cwd(),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  width: process.stdout.columns ?? 100,
  stop: stop.signal,
})
// A driver that leaves something behind has been told so; it does not keep the command from ending.
process.exit(code)
