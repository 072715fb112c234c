import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { openStage, type Stage } from '@amphora/rehearsal/src/stage.ts'
import { strangerEnvironment } from '@amphora/rehearsal/src/stranger.ts'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guide, introduction, type Section } from './guide.ts'

const LONGEST_MS = 120_000

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage?.close())

/** A shell of somebody who has never seen this repository, in an empty folder. */
class Shell {
  folder: string
  readonly #env: Readonly<Record<string, string | undefined>>

  private constructor(folder: string) {
    const { stranger } = stage
    const env = strangerEnvironment(stranger)
    this.folder = folder
    this.#env = { ...env, PATH: `${dirname(stranger.pnpm)}${delimiter}${env['PATH']}`, CI: 'true' }
  }

  static async open(name: string): Promise<Shell> {
    const folder = join(stage.stranger.folder, name)
    await mkdir(folder)
    return new Shell(folder)
  }

  /** Milliseconds that the commands took. What fails tells all that it said. */
  async run(commands: readonly string[]): Promise<{ readonly ms: number; readonly said: string }> {
    const startedAt = performance.now()
    const said: string[] = []
    for (const command of commands) {
      if (command.startsWith('cd ')) {
        this.folder = join(this.folder, command.slice(3))
        continue
      }
      const before = performance.now()
      const { all, failed } = await execa('bash', ['-c', command], {
        cwd: this.folder,
        env: this.#env,
        extendEnv: false,
        all: true,
        reject: false,
        stdin: 'ignore',
      })
      if (failed) throw new Error(`"${command}" failed:\n${all}`)
      said.push(all)
      console.log(`${((performance.now() - before) / 1000).toFixed(1).padStart(6)} s  ${command}`)
    }
    return { ms: performance.now() - startedAt, said: said.join('\n') }
  }
}

/** The backend of a generated driver, as a program of its own would be one. */
interface Fake {
  readonly wire: { readonly url: string; readonly close: () => Promise<void>; readonly count: () => number }
  readonly servers: readonly unknown[]
}

it('makes a package by each command that the README opens with', async () => {
  const shell = await Shell.open('introduction')
  expect(introduction()).toHaveLength(2)
  const { said } = await shell.run(introduction())
  expect(said).toMatch(/^amphora-driver-acme: \d+ files in /m)
  expect(said).toMatch(/^@acme\/amphora-driver-my-cloud: \d+ files in .*\/introduction\/my-cloud$/m)
  const capabilities = await readFile(join(shell.folder, 'my-cloud/src/capabilities.ts'), 'utf8')
  expect(capabilities).toContain("types: ['Container']")
})

describe('the guide', () => {
  const [works, yours, real, published, pnpm] = guide() as readonly [Section, Section, Section, Section, Section]
  let shell: Shell
  beforeAll(async () => {
    shell = await Shell.open('npm')
  })

  it('leads from nothing to a driver that passes its own tests in less than two minutes', async () => {
    expect(works.commands).toEqual(
      expect.arrayContaining(['npm run build', 'npm run typecheck', 'npm run lint', 'npm test']),
    )
    const { ms, said } = await shell.run(works.commands)
    console.log(`${(ms / 1000).toFixed(1).padStart(6)} s  in all, with npm`)
    expect(said).toMatch(/conformance\.test\.ts/)
    expect(ms).toBeLessThan(LONGEST_MS)
  })

  it('shows the places where the backend goes', async () => {
    const { said } = await shell.run(yours.commands.slice(0, 1))
    const readme = await readFile(join(shell.folder, 'README.md'), 'utf8')
    const found = said.trim().split('\n')
    expect(found.length).toBeGreaterThan(10)
    for (const line of found) expect(readme).toContain(line.slice(line.indexOf('// here: ') + 9))
    expect(yours.commands.slice(1)).toEqual(['npm test'])
  })

  it('leads to a run on a backend that nobody controls', async () => {
    const module = (await import(join(shell.folder, 'test/fake-acme.ts'))) as {
      readonly FakeAcme: { readonly open: () => Promise<Fake> }
      readonly TOKEN: string
    }
    const fake = await module.FakeAcme.open()
    try {
      const [options = '{}', request = '{}'] = real.json
      const told = { ...JSON.parse(options), url: fake.wire.url, token: module.TOKEN }
      await writeFile(join(shell.folder, 'live-options.json'), JSON.stringify(told))
      await writeFile(join(shell.folder, 'live-request.json'), request)
      const { said } = await shell.run(real.commands)
      expect(said).toContain('conforms-live')
      expect(fake.wire.count()).toBeGreaterThan(100)
      expect(fake.servers).toEqual([])
    } finally {
      await fake.wire.close()
    }
  })

  it('leads to a package that can be published', async () => {
    expect(published.commands.slice(-2)).toEqual(['npm publish --dry-run', 'npm publish'])
    const { said } = await shell.run(published.commands.slice(0, -1))
    expect(said).toContain('+ amphora-driver-acme@0.1.0')
    const packed = [...said.matchAll(/^npm notice [\d.]+k?B (\S+)$/gm)].map(([, path]) => path)
    expect(packed).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.js', 'dist/register.d.ts', 'src/index.ts']),
    )
    expect(packed.filter((path) => path?.match(/test|live-/))).toEqual([])
  })

  it('leads there with pnpm too', async () => {
    const other = await Shell.open('pnpm')
    const tested = pnpm.commands.indexOf('pnpm test') + 1
    const { ms, said } = await other.run(pnpm.commands.slice(0, tested))
    console.log(`${(ms / 1000).toFixed(1).padStart(6)} s  in all, with pnpm`)
    expect(said).toMatch(/conformance\.test\.ts/)
    expect(ms).toBeLessThan(LONGEST_MS)
    await other.run(pnpm.commands.slice(tested))
  })
})
