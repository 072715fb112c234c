import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { dockerUp } from '@amphora/testbed'
import { describe, expect, it } from 'vitest'
import { missingEngine } from './real-engine.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a fresh process has loaded after it has run a piece of code with the built package. */
async function loadedBy(code: string): Promise<readonly string[]> {
  const script = `
    import { createRequire } from 'node:module'
    ${code}
    console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: root })
  return JSON.parse(stdout) as readonly string[]
}

const bind = `
  import { docker } from '@amphora/docker'
  import { silentLogger, systemClock } from '@amphora/core'
  const context = { owner: 'amphora', logger: silentLogger, signal: new AbortController().signal, clock: systemClock }
  const driver = docker({ socketPath: '/nowhere/docker.sock' }).connect(context)`

describe('the built package', () => {
  it.each([
    ['imported', `import '@amphora/docker'`],
    ['registered', `import '@amphora/docker/register'`],
    ['bound and connected', bind],
  ])("does not load the engine's library when it is %s", async (_what, code) => {
    expect(await loadedBy(code)).toEqual([])
  })

  it('loads it at the first call', async () => {
    const loaded = await loadedBy(`${bind}
        await driver.check({ signal: new AbortController().signal }).catch(() => {})`)
    expect(loaded.some((path) => path.includes('/docker-modem/'))).toBe(true)
  })

  it('registers itself', async () => {
    const script = `
        import '@amphora/docker/register'
        import { registry } from '@amphora/core'
        console.log(registry.get('docker').definition.name)`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: root })
    expect(stdout.trim()).toBe('docker')
  })

  it('lets the process end by itself once it is closed', async () => {
    const script = `${bind}
        await driver.check({ signal: new AbortController().signal }).catch((error) => console.log(error.code))
        await driver.close()`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      timeout: 10_000,
    })
    expect(stdout.trim()).toBe('unavailable')
  })
})

const missing = await missingEngine()

describe.skipIf(missing !== undefined)(`The README${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  it('opens with an example that runs as it is, and prints what it says', async () => {
    await dockerUp()
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? ''
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', example], { cwd: root })
    expect(example).toContain(`// ${stdout.trim()}`)
    expect(stdout.trim()).toBe('active hello')
  })
})
