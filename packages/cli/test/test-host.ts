import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Host, StopSignal } from '../src/host.ts'
import { run } from '../src/run.ts'

/** What a command line came to. */
export interface Ran {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string | Readable
  /** Columns of a terminal; without it both streams are pipes. */
  readonly terminal?: number
  /** Hands out what stops the command. */
  readonly stops?: (stop: (signal: StopSignal) => void, ran: { readonly stdout: string }) => void
}

/** A command line, in this process. */
export async function amphora(argv: readonly string[], options: RunOptions): Promise<Ran> {
  const listeners = new Set<(signal: StopSignal) => void>()
  const out = captured(options.terminal)
  const err = captured(options.terminal)
  const { stdin = '' } = options
  const host: Host = {
    stdin: typeof stdin === 'string' ? Readable.from([stdin]) : stdin,
    stdout: out.stream,
    stderr: err.stream,
    env: options.env ?? {},
    cwd: options.cwd,
    onStop: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    exit: (code) => {
      throw new Error(`left at once with ${code}`)
    },
  }
  options.stops?.((signal) => listeners.forEach((listener) => listener(signal)), {
    get stdout() {
      return out.text()
    },
  })
  const exitCode = await run(argv, host)
  return { exitCode, stdout: out.text(), stderr: err.text() }
}

function captured(columns: number | undefined): { readonly stream: Host['stdout']; readonly text: () => string } {
  let text = ''
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk)
      done()
    },
  })
  return {
    stream: columns === undefined ? stream : Object.assign(stream, { isTTY: true, columns }),
    text: () => text,
  }
}

/** A folder with a configuration, from which this package's drivers are found. */
export interface Folder {
  readonly path: string
  readonly write: (name: string, text: string) => string
  readonly remove: () => void
}

export function folder(config?: string): Folder {
  const path = mkdtempSync(join(tmpdir(), 'amphora-cli-'))
  symlinkSync(join(import.meta.dirname, '..', 'node_modules'), join(path, 'node_modules'))
  const write = (name: string, text: string): string => {
    const file = join(path, name)
    writeFileSync(file, text)
    return file
  }
  if (config !== undefined) write('amphora.yaml', config)
  return { path, write, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Noop, and nothing else. */
export const NOOP_CONFIG = "drivers:\n  lab:\n    package: '@amphora/noop'\n"

/** The fixture, with these options. */
export function plantedConfig(options: object, more = ''): string {
  const fixture = JSON.stringify(fileURLToPath(new URL('./fixtures/planted-noop.mjs', import.meta.url)))
  return `${more}drivers:\n  lab:\n    package: ${fixture}\n    options: ${JSON.stringify(options)}\n`
}
