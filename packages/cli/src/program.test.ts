import { afterAll, describe, expect, it } from 'vitest'
import { amphora, folder, NOOP_CONFIG, type Ran, type RunOptions } from '../test/test-host.ts'

const home = folder(NOOP_CONFIG)
afterAll(() => home.remove())
const run = (argv: readonly string[], options: Partial<RunOptions> = {}): Promise<Ran> =>
  amphora(argv, { cwd: home.path, ...options })
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length))

const COMMANDS = 'drivers check validate build list get status wait watch suspend resume delete completion'.split(' ')

describe('help', () => {
  it('names every command and every exit code', async () => {
    const { exitCode, stdout, stderr } = await run(['--help'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} .*\\S$`, 'm'))
    for (const code of [0, 1, 2, 3, 4, 5, 6, 130]) expect(stdout).toMatch(new RegExp(`^ {2}${code} `, 'm'))
  })

  it.each([['--help'], ...COMMANDS.map((command) => [command, '--help']), ['help', 'build']])(
    'of %s %s fits 80 columns in a pipe and on a terminal, and 60 on a narrow one',
    async (...argv) => {
      const { exitCode, stdout } = await run(argv)
      expect(exitCode).toBe(0)
      expect(stdout.length).toBeGreaterThan(200)
      expect(widest(stdout)).toBeLessThanOrEqual(80)
      expect(widest((await run(argv, { terminal: 80 })).stdout)).toBeLessThanOrEqual(80)
      expect(widest((await run(argv, { terminal: 60 })).stdout)).toBeLessThanOrEqual(60)
    },
  )

  it('is shown on stderr, and is a wrong call, where nothing is said', async () => {
    const { exitCode, stdout, stderr } = await run([])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/^Usage: amphora/)
  })
})

describe('a command line that cannot be understood', () => {
  it.each([
    [['lst'], /^error: unknown command 'lst' \(Did you mean list\?\)\n.*`amphora --help`/s],
    [['list', '--jsn'], /^error: unknown option '--jsn' \(Did you mean --json\?\)\n.*`amphora list --help`/s],
    [['get'], /^error: missing required argument 'amphora'\n/],
    [['get', 'a', 'b'], /^error: too many arguments/],
    [['wait', 'a', 'tidy'], /^error: .*Allowed\s+choices are active/s],
    [['build', '--type', 'Pod'], /Allowed\s+choices are VM/],
    [['list', '--timeout', 'soon'], /a\s+duration such as\s+500ms/],
    [['build', '--name'], /^error: option '--name <name>' argument missing/],
  ])('%j is refused with 2, at 80 columns', async (argv, message) => {
    const { exitCode, stdout, stderr } = await run(argv)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(widest(stderr)).toBeLessThanOrEqual(80)
  })

  it('is refused as JSON where JSON is wanted', async () => {
    const { exitCode, stderr } = await run(['lst', '--json'])
    expect(exitCode).toBe(2)
    expect(JSON.parse(stderr)).toEqual({
      error: {
        message: "unknown command 'lst' (Did you mean list?)",
        code: 'invalid-argument',
        advice: '`amphora --help` tells what there is.',
        exitCode: 2,
      },
    })
  })
})

describe('failing commands', () => {
  it.each([
    [['get', 'lb-1']],
    [['get', 'east/1']],
    [['get', 'lab/1']],
    [['wait', 'lab/1']],
    [['resume', 'lab/00000000-0000-0000-0000-000000000000']],
    [['list', '--driver', 'east']],
    [['build', '--file', 'etc/x=-', '--network', '', '--zone', '']],
    [['build', '--key-file', '/nowhere/at/all']],
    [['drivers', '--config', '/nowhere/at/all/amphora.yaml']],
  ])('%j fit 80 columns', async (argv) => {
    const { exitCode, stdout, stderr } = await run(argv)
    expect(exitCode).toBeGreaterThan(0)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^error: .*\nwhy: .*\ndo: /s)
    expect(stderr).not.toContain(' at ')
    expect(widest(stderr)).toBeLessThanOrEqual(80)
  })
})

it('prints its version', async () => {
  expect(await run(['--version'])).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  })
})
