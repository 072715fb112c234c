import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { amphora, folder, NOOP_CONFIG, plantedConfig, type Ran, type RunOptions } from '../test/test-host.ts'

const home = folder(NOOP_CONFIG)
afterAll(() => home.remove())
const run = (argv: readonly string[], options: Partial<RunOptions> = {}): Promise<Ran> =>
  amphora(argv, { cwd: home.path, ...options })

describe('the log', () => {
  it('is silent, tells with -v what was done, and with -vv every call, on stderr', async () => {
    expect((await run(['check'])).stderr).toBe('')
    expect((await run(['check', '-v'])).stderr).toBe('')
    expect((await run(['check', '-vv'])).stderr).toContain('"verb":"check"')
    const { stdout, stderr } = await run(['-v', 'build', '--name', 'lb-1'])
    expect(stdout).toMatch(/^lab\/\S+\n$/)
    expect(JSON.parse(stderr)).toMatchObject({ driver: 'lab', msg: 'build was accepted', amphoraName: 'lb-1' })
  })

  it('is set for people on a terminal, in colours only where they are wanted', async () => {
    const { stderr } = await run(['-v', 'build', '--name', 'lb-1'], { terminal: 80, env: { NO_COLOR: '1' } })
    expect(stderr).toMatch(/INFO.*build was accepted/)
    expect(stderr).not.toContain('\u001B')
    expect((await run(['-v', 'build'], { terminal: 80 })).stderr).toContain('\u001B[3')
    expect((await run(['-v', '--json', 'build'], { terminal: 80 })).stderr).toMatch(/^\{/)
  })
})

describe('a stack', () => {
  it('is shown where it is asked for, with what caused it', async () => {
    const config = home.write('broken.yaml', 'drivers: { a: { package: "@amphora/noop" } }\nx: 1\n')
    expect((await run(['list', '--config', config])).stderr).not.toContain('    at ')
    expect((await run(['list', '--config', config, '--stack'])).stderr).toMatch(/UsageError: .*\n +at /)
    const { stderr } = await run(['get', 'lb-1', '--stack', '--json'])
    expect(JSON.parse(stderr)).toMatchObject({ error: { stack: expect.stringContaining('InstanceNotFoundError') } })
  })
})

describe('control sequences', () => {
  it('appear in no pipe, whatever the environment says', async () => {
    const env = { FORCE_COLOR: '1', CLICOLOR_FORCE: '1', TERM: 'xterm-256color' }
    for (const argv of [['drivers'], ['check'], ['get', 'lb-1'], ['build', '--wait'], ['lst']]) {
      const { stdout, stderr } = await run(argv, { env })
      expect(stdout + stderr).not.toContain('\u001B')
    }
  })

  it('colour an error on a terminal, unless that is not wanted', async () => {
    expect((await run(['get', 'lb-1'], { terminal: 80 })).stderr).toContain('\u001B[31merror:')
    for (const [argv, env] of [
      [['--no-color', 'get', 'lb-1'], {}],
      [['get', 'lb-1'], { NO_COLOR: '1' }],
    ] as const) {
      expect((await run(argv, { terminal: 80, env })).stderr).toMatch(/^error: /)
    }
  })
})

describe('secrets', () => {
  const secrets = ['option', 'variable', 'user data', 'file', 'request'].map(
    (what) => `${what.replace(' ', '-')}-${randomUUID()}`,
  )
  const [option = '', variable = '', userData = '', file = '', request = ''] = secrets
  const faults = [{ verb: 'build', kind: 'garbage' }]
  const more = 'fingerprintKey: ${SECRET}\n'
  const configs = [
    home.write('well.yaml', plantedConfig({ token: option, other: '${SECRET}' }, more)),
    home.write('sick.yaml', plantedConfig({ token: option, faults }, more)),
    home.write(
      'refused.yaml',
      `${more}drivers:\n  lab:\n    package: '@amphora/noop'\n    options: { images: ${option}, zones: "\${SECRET}" }\n`,
    ),
    home.write('broken.yaml', `owner: "${option}" "\${SECRET}"\n`),
  ]
  home.write('user-data', userData)
  home.write('file', file)
  home.write('request.yaml', `name: lb-1\nconfigDriveFiles: { /etc/r: ${request} }\n`)
  home.write('bad-request.yaml', `nam: ${request}\nuserData: { base64: "${request}" }\nkeys: ["${request}"]\n`)
  const build = ['--request', 'request.yaml', '--user-data', 'user-data', '--file', '/etc/f=file']

  it('are in nothing that any command prints, failing or not, with all logs and stacks', async () => {
    const commands = [
      ['drivers'],
      ['check'],
      ['list'],
      ['get', 'lb-1'],
      ['delete', 'lb-1'],
      ['validate', ...build],
      ['build', '--wait', ...build],
      ['build', '--request', 'bad-request.yaml'],
      ['build', '--key-file', 'user-data'],
      ['build', '--user-data', 'file', '--file', '/etc/../x=file'],
    ]
    for (const config of configs) {
      for (const argv of commands) {
        for (const json of [[], ['--json']]) {
          const ran = await run(
            [...argv, '-vv', '--stack', '--config', config, '--timeout', '2s', ...json].filter(known(argv)),
            {
              env: { SECRET: variable },
            },
          )
          for (const secret of secrets) expect(`${ran.stdout}${ran.stderr}`).not.toContain(secret)
        }
      }
    }
  })
})

/** `drivers` sends nothing, and so has no timeout. */
function known(argv: readonly string[]): (word: string) => boolean {
  return (word) => argv[0] !== 'drivers' || (word !== '--timeout' && word !== '2s')
}

it('explains a failure of its own as one, without the text of what was thrown', async () => {
  home.write(
    'throws.mjs',
    `import { noop } from '@amphora/noop'
import { defineDriver } from '@amphora/core'
export const throws = defineDriver({ ...noop.definition, name: 'throws', options: { '~standard': { version: 1, vendor: 'x', validate: (value) => ({ value }) } },
  settleMs: 0, connect: () => { throw new Error('canary') } })`,
  )
  const config = home.write('throws.yaml', 'drivers: { a: { package: ./throws.mjs } }')
  const { exitCode, stderr } = await run(['list', '--config', config])
  expect(exitCode).toBeGreaterThan(0)
  expect(stderr).not.toContain('canary')
})
