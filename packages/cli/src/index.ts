export { EXIT_CODES, type ExitCode } from './exit-code.ts'
export { processHost, type Host, type MaybeTerminal, type StopSignal } from './host.ts'
export { run } from './run.ts'
