import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs code with the built package in a process of its own; `compute` and `input` are there. Gives back what it returns. */
export async function inNewProcess(owner: string, code: string, input: unknown = {}): Promise<unknown> {
  const script = `
    import { createCompute } from '@amphora/core'
    import { docker } from '@amphora/docker'
    const input = JSON.parse(process.env.E2E_INPUT)
    const compute = await createCompute({ drivers: { local: docker({}) }, owner: ${JSON.stringify(owner)} })
    const work = async () => { ${code} }
    const answer = await work().catch((error) => ({ failed: JSON.stringify(error) }))
    await compute.close()
    console.log(JSON.stringify(answer))`
  const env = { ...process.env, E2E_INPUT: JSON.stringify(input) }
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: root, env })
  return JSON.parse(stdout) as unknown
}
