import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { NovaOptions } from '../../src/index.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Errand {
  readonly owner: string
  readonly options: NovaOptions
  readonly input?: unknown
  /** Ends it with SIGKILL, and the promise rejects. */
  readonly killed?: AbortSignal
}

/** Runs code with the built package in a process of its own; `compute` and `input` are there. Gives back what it returns. */
export async function inNewProcess(code: string, { owner, options, input = {}, killed }: Errand): Promise<unknown> {
  const script = `
    import { createCompute } from '@amphora/core'
    import { nova } from '@amphora/nova'
    const { owner, options, input } = JSON.parse(process.env.E2E_ERRAND)
    const compute = await createCompute({ drivers: { east: nova(options) }, owner })
    const work = async () => { ${code} }
    const answer = await work().catch((error) => ({ failed: JSON.stringify(error) }))
    await compute.close()
    console.log(JSON.stringify(answer ?? null))`
  const env = { ...process.env, E2E_ERRAND: JSON.stringify({ owner, options, input }) }
  const ending = killed === undefined ? {} : { signal: killed, killSignal: 'SIGKILL' as const }
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: root, env, ...ending })
  return JSON.parse(stdout) as unknown
}
