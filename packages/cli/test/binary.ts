import { join } from 'node:path'
import { execa } from 'execa'

/** The file that `bin` names. */
export const BINARY: string = join(import.meta.dirname, '..', 'dist', 'main.js')

/** Nothing of this machine's settings, so that a test means the same everywhere. */
const ENVIRONMENT = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' }

export interface BinaryOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** The command as users run it: the built file, in a process of its own. */
export function binary(argv: readonly string[], cwd: string, { env = {}, input = '' }: BinaryOptions = {}) {
  return execa(process.execPath, [BINARY, ...argv], {
    cwd,
    env: { ...ENVIRONMENT, ...env },
    extendEnv: false,
    input,
    reject: false,
    stripFinalNewline: false,
  })
}

export type Binary = ReturnType<typeof binary>

/** What a process came to. */
export interface Outcome {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

export async function outcome(running: Binary): Promise<Outcome> {
  const { exitCode, stdout, stderr } = await running
  return { exitCode, stdout, stderr }
}

/** Resolves once the process has printed this; rejects where it ends without. */
export function printed(running: Binary, text: string, where: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = ''
    running[where].on('data', (chunk) => {
      seen += String(chunk)
      if (seen.includes(text)) resolve()
    })
    running[where].on('end', () =>
      reject(new Error(`it ended without printing ${JSON.stringify(text)}; it printed: ${seen}`)),
    )
  })
}
