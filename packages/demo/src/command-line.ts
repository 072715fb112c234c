import { randomBytes } from 'node:crypto'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { StageKind } from './stage/stage.ts'

export interface DemoOptions {
  /** Left out: Docker where an engine answers, else Noop. */
  readonly driver?: StageKind
  readonly name: string
  readonly verbose: boolean
}

/** Where help and errors go. */
export interface Printer {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/** The options, or the exit code where help was asked for or an argument was wrong; either has been printed then. */
export function readCommandLine(args: readonly string[], { out, err }: Printer): DemoOptions | number {
  const command = new Command('demo')
    .description('Shows the main job step by step, and checks each step: exit code 0 only if all of it held.')
    .addOption(
      new Option('--driver <driver>', 'where to build; default: docker where an engine answers, else noop').choices([
        'docker',
        'noop',
      ]),
    )
    .option('--name <name>', 'what the amphora is called; the name of a killed run takes over what it left', checkName)
    .option('--verbose', 'log also what is only read, and show the stack of an error', false)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })
  try {
    command.parse(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    throw error
  }
  return { name: freshName(), ...command.opts<Omit<DemoOptions, 'name'> & { name?: string }>() }
}

/** Servers are found under it by DNS, whose labels hold 63 letters, digits and hyphens (RFC 1035). */
function checkName(name: string): string {
  if (/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/.test(name)) return name
  throw new InvalidArgumentError(
    'It is 2 to 40 lower case letters, digits and hyphens, a letter first, no hyphen last.',
  )
}

function freshName(): string {
  return `balancer-${randomBytes(3).toString('hex')}`
}
