import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Report } from '@amphora/conformance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const require = createRequire(import.meta.url)
const BIN = require.resolve('@amphora/conformance/package.json').replace('package.json', 'dist/main.js')
const HERE = new URL('..', import.meta.url).pathname
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'noop-conformance-'))
  await mkdir(join(HERE, 'test-results'), { recursive: true })
})
afterAll(() => rm(folder, { recursive: true }))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const run = promisify(execFile)

async function node(...args: readonly string[]): Promise<Ended> {
  try {
    return { code: 0, ...(await run(process.execPath, args, { cwd: HERE, env: { ...process.env, COLUMNS: '100' } })) }
  } catch (error) {
    return error as Ended
  }
}

async function file(name: string, content: string | object): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

/** One world for all bindings of a process, as a real backend is. It tells what it holds when the process ends. */
const ONE_WORLD = `
  import { writeFileSync } from 'node:fs'
  import { defineDriver } from '@amphora/core'
  import { noop, World } from '@amphora/noop'
  const { definition } = noop
  const world = new World({ buildMs: Number(process.env.BUILD_MS ?? 20), deleteMs: 10, suspendMs: 10, resumeMs: 10, images: ['image-1'] })
  const { HELD } = process.env
  process.on('exit', () => HELD && writeFileSync(HELD, JSON.stringify(world.inventory())))
  export const driver = defineDriver({
    ...definition, name: 'one-world',
    connect: (settings, context) => definition.connect({ ...settings, world }, context),
  })
`

const OPTIONS = { latencyMs: 1, pollMs: 5, pageSize: 3 }

/** In this package's folder, so that Node finds the packages from there. */
async function oneWorld(): Promise<string> {
  const path = join(HERE, 'test-results', 'one-world.mjs')
  await writeFile(path, ONE_WORLD)
  return path
}

describe('amphora-conformance, as an author runs it', () => {
  it('judges a live backend, shows a table, writes the report, and ends with 0', async () => {
    const module = await oneWorld()
    const options = await file('options.json', OPTIONS)
    const request = await file('request.json', { imageId: 'image-1', networkIds: ['front'] })
    const facts = await file('facts.json', {
      unknownImage: 'image-2',
      pageSize: 3,
      attachTarget: { networkId: 'side' },
    })
    const report = join(folder, 'report.json')
    const args = ['--options', options, '--request', request, '--facts', facts, '--report', report]
    const ended = await node(BIN, module, '--live', ...args)
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stdout).toMatch(/│ delete\/twice +│ M +│ passed +│/)
    expect(ended.stdout).toMatch(/│ outage\/list +│ M +│ on the fake +│/)
    expect(ended.stdout).toMatch(/one-world: conforms-live\. \d+ passed, .*nothing is left behind\.\n$/)
    expect(ended.stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
    expect(ended.stderr).toMatch(/^Everything that is made is named a[0-9a-z]{7}…\n/)
    const written: Report = JSON.parse(await readFile(report, 'utf8'))
    expect(written).toMatchObject({ driver: 'one-world', backend: 'live', verdict: 'conforms-live', left: [] })
    expect(written.rules.filter(({ result }) => result === 'failed')).toEqual([])

    const beside = await node(
      BIN,
      module,
      '--beside',
      report,
      '--options',
      options,
      '--request',
      request,
      '--at-once',
      '16',
    )
    expect(beside).toMatchObject({ code: 3 })
    expect(beside.stdout).toMatch(/│ rule +│ +│ live +│ fake +│ note +│/)
    expect(beside.stdout).toMatch(/│ outage\/list +│ M +│ on the fake +│ unproven +│ needs down +│/)
    expect(beside.stdout).toMatch(/one-world: incomplete\./)
  })

  it('ends with 1 where the driver fails, and names the rules', async () => {
    const options = await file('full.json', { ...OPTIONS, capacity: 5, buildMs: 10, deleteMs: 10 })
    const ended = await node(BIN, '@amphora/noop', '--live', '--at-once', '16', '--options', options)
    expect(ended).toMatchObject({ code: 1 })
    expect(ended.stdout).toMatch(/│ build\/ten-at-once +│ M +│ FAILED +│/)
    expect(ended.stdout).toMatch(/noop: fails\./)
  })

  it('removes what it made when it is stopped by Ctrl-C, and ends with 130', async () => {
    const held = join(folder, 'held.json')
    const env = { ...process.env, BUILD_MS: '60000', HELD: held }
    const child = spawn(process.execPath, [BIN, await oneWorld(), '--live'], { cwd: HERE, env })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString()
      if (/passed +plugin\/bindings-are-isolated/.test(stderr)) setTimeout(() => child.kill('SIGINT'), 200)
    })
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect(stderr).toMatch(/Stopping: what was made is being removed/)
    expect(stdout).toMatch(/one-world: incomplete\. .*nothing is left behind/)
    expect(code).toBe(130)
    expect(JSON.parse(await readFile(held, 'utf8'))).toEqual([])
  })

  it.each([
    [['@amphora/nope'], /Cannot load the driver package "@amphora\/nope"/],
    [[], /missing required argument 'package'/],
    [['@amphora/noop', '--options', 'nowhere.json'], /nowhere\.json cannot be read \(ENOENT\)/],
    [['@amphora/noop', '--options', 'package.json'], /name.* is no option of this driver/],
    [['@amphora/noop', '--at-once', '0'], /A whole number above 0 is needed/],
    [['@amphora/noop', '--driver', 'docker'], /has the drivers noop; say which one with --driver|docker/],
    [['@amphora/noop', '--beside', 'package.json'], /does not hold a report/],
  ] as const)('ends with 64 for %j, and says what is wrong', async (args, message) => {
    const ended = await node(BIN, ...args)
    expect(ended).toMatchObject({ code: 64, stdout: '' })
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr).not.toMatch(/\n +at /)
  })

  it('explains itself in 80 columns', async () => {
    const { code, stdout } = await run(process.execPath, [BIN, '--help'], { cwd: HERE }).then((ended) => ({
      code: 0,
      ...ended,
    }))
    expect(code).toBe(0)
    expect(stdout).toMatch(/Exit codes: 0 conforms, 1 fails/)
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })
})

describe('the kit under node:test, from built packages', () => {
  const body = (subject: string): string => `
    import { describe, it } from 'node:test'
    import { conformance } from '@amphora/conformance'
    import { noop, World } from '@amphora/noop'
    conformance({ describe, it }, {
      name: 'noop', plugin: noop, secrets: [],
      open: () => new World({ buildMs: 10, deleteMs: 5, suspendMs: 5, resumeMs: 5 }),
      driver: (world) => noop({ world, pollMs: 5 }),
      request: () => ({ networkIds: ['front'] }),
      otherRequest: () => ({ networkIds: ['back'] }),
      ${subject}
    })
  `
  async function underNodeTest(name: string, subject: string): Promise<Ended> {
    const path = join(HERE, 'test-results', name)
    await writeFile(path, body(subject))
    return node('--test', '--test-reporter=tap', path)
  }

  it('passes what is kept, and skips what nobody can prove, with the reason', async () => {
    const ended = await underNodeTest('kept.test.mjs', '')
    expect(ended.stdout).toMatch(/ok \d+ - build\/ten-at-once: ten names at once/)
    expect(ended.stdout).toMatch(/ok \d+ - outage\/list: .*unproven: needs down.* # SKIP/)
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stdout).toMatch(/# fail 0\n/)
  })

  it('fails the test of the rule that is broken', async () => {
    const ended = await underNodeTest(
      'broken.test.mjs',
      "deviations: [{ rule: 'find/one', reason: 'none', until: '2999-12-31' }],",
    )
    expect(ended).toMatchObject({ code: 1 })
    expect(ended.stdout).toMatch(/not ok \d+ - find\/one/)
    expect(ended.stdout).toMatch(/The rule is no longer broken/)
    expect(ended.stdout).toMatch(/# fail 1\n/)
  })
})

describe("the examples of the kit's README", () => {
  const readme = readFileSync(
    require.resolve('@amphora/conformance/package.json').replace('package.json', 'README.md'),
    'utf8',
  )
  const example = (language: string): string => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readme)?.[1] ?? ''

  it('pass in Vitest', async () => {
    const root = join(HERE, 'test-results', 'readme')
    await mkdir(root, { recursive: true })
    await writeFile(join(root, 'vitest.config.mjs'), 'export default {}')
    await writeFile(join(root, 'example.test.ts'), example('ts'))
    const vitest = require.resolve('vitest/package.json').replace('package.json', 'vitest.mjs')
    const ended = await node(vitest, 'run', '--root', root, '--reporter=verbose')
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stdout).toMatch(/outage\/list/)
    expect(ended.stdout).toMatch(/Tests .*passed/)
  })

  it('pass under node:test', async () => {
    const path = join(HERE, 'test-results', 'readme.test.mjs')
    await writeFile(path, example('js'))
    const ended = await node('--test', '--test-reporter=tap', path)
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stdout).toMatch(/ok \d+ - delete\/twice: /)
  })
})
