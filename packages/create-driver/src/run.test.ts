import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from './run.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'create-run-'))
})
afterEach(() => rm(home, { recursive: true }))

async function ran(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const said = { out: '', err: '' }
  const stdout = { write: (text: string) => void (said.out += text) }
  const stderr = { write: (text: string) => void (said.err += text) }
  const code = await run(argv, { stdout, stderr, env })
  return { code, ...said }
}

describe('a command line', () => {
  it('makes a package and says what to do with it', async () => {
    const dir = join(home, 'new')
    const { code, out, err } = await ran(['my-cloud', '--type', 'Container', '--scope', '@acme', '--dir', dir])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(
      `@acme/amphora-driver-my-cloud: ${(await readdir(dir, { recursive: true })).length - 2} files in ${dir}`,
    )
    expect(out).toContain('  npm install\n  npm test\n')
    expect(out).toMatch(/\d+ comments that begin with "\/\/ here"/)
  })

  it('speaks of pnpm to who came by pnpm', async () => {
    const { out } = await ran(['acme', '--dir', home], { npm_config_user_agent: 'pnpm/12.21.0 npm/? node/v20.20.2' })
    expect(out).toContain('  pnpm install\n  pnpm test\n')
  })

  it.each([
    [['Acme'], 'a name is lower case'],
    [['default'], 'take another name'],
    [['acme', '--type', 'Toaster'], 'Allowed choices are VM, Container, BareMetal, HWLoadBalancer'],
    [['acme', '--scope', 'acme'], 'a scope is "@"'],
    [['acme', 'more'], 'too many arguments'],
    [['acme', '--force'], 'unknown option'],
    [[], "missing required argument 'name'"],
  ])('%j is wrong: 2, and nothing is written', async (argv, why) => {
    const dir = join(home, 'new')
    const { code, out, err } = await ran(argv.length === 0 ? argv : [...argv, '--dir', dir])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(why)
    expect(err).toContain('--help says more')
    expect(await readdir(home)).toEqual([])
  })

  it('ends with 1 where the folder is in use', async () => {
    await writeFile(join(home, 'theirs'), '')
    const { code, err } = await ran(['acme', '--dir', home])
    expect({ code, err }).toEqual({
      code: 1,
      err: `error: ${home} is not empty, so nothing was written; empty it or name another one with --dir\n`,
    })
  })

  it('asks for help, which fits into 80 columns', async () => {
    const { code, out, err } = await ran(['--help'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('Exit codes: 0 done, 1 nothing could be written, 2 wrong arguments.')
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })
})
