import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { folder, type Folder } from '../../test/test-host.ts'
import type { Host } from '../host.ts'
import { UsageError } from '../usage-error.ts'
import { loadConfig, type Config } from './load-config.ts'

const signal = new AbortController().signal
let home: Folder | undefined
afterEach(() => home?.remove())

async function load(text: string, env: Record<string, string> = {}): Promise<Config> {
  home = folder(text)
  return loadConfig(undefined, host(home.path, env), signal)
}

async function problemsOf(text: string, env: Record<string, string> = {}): Promise<readonly string[]> {
  const error: unknown = await load(text, env).catch((thrown: unknown) => thrown)
  if (!(error instanceof UsageError)) throw new Error('it was not refused')
  return error.problems
}

function host(cwd: string, env: Record<string, string> = {}): Host {
  // What else a host has is not touched by a configuration.
  return { cwd, env } as unknown as Host
}

describe('what a configuration says', () => {
  it('is read with its references resolved and its times in milliseconds', async () => {
    const { data } = await load(
      [
        'owner: ${OWNER}',
        'fingerprintKey: ${KEY}',
        'timeouts: { build: 90s, delete: 1500 }',
        'breaker: { openForMs: 2s, failures: 3 }',
        'drivers:',
        '  east:',
        "    package: '@amphora/noop'",
        '    driver: noop',
        '    options: { latencyMs: 1 }',
        '  west: { package: ./own.mjs }',
      ].join('\n'),
      { OWNER: 'prod', KEY: 'k' },
    )
    expect(data).toEqual({
      owner: 'prod',
      fingerprintKey: 'k',
      timeouts: { build: 90_000, delete: 1_500 },
      breaker: { openForMs: 2_000, failures: 3 },
      drivers: {
        east: { package: '@amphora/noop', driver: 'noop', options: { latencyMs: 1 } },
        west: { package: './own.mjs', options: {} },
      },
    })
  })

  it('may switch the circuit breaker off', async () => {
    expect((await load('breaker: false\ndrivers: { a: { package: p } }')).data.breaker).toBe(false)
  })
})

describe('where it is looked for', () => {
  it('is --config, else AMPHORA_CONFIG, else amphora.yaml in the current folder', async () => {
    home = folder('drivers: { here: { package: p } }')
    const flag = home.write('flag.yaml', 'drivers: { flag: { package: p } }')
    const variable = home.write('variable.yaml', 'drivers: { variable: { package: p } }')
    const bindings = async (option: string | undefined, env: Record<string, string>): Promise<readonly string[]> =>
      Object.keys((await loadConfig(option, host(home?.path ?? '', env), signal)).data.drivers)
    expect(await bindings(flag, { AMPHORA_CONFIG: variable })).toEqual(['flag'])
    expect(await bindings(undefined, { AMPHORA_CONFIG: 'variable.yaml' })).toEqual(['variable'])
    expect(await bindings(undefined, {})).toEqual(['here'])
  })

  it('is named, and who named it, where it cannot be read', async () => {
    home = folder()
    const at = host(home.path, { AMPHORA_CONFIG: 'nowhere.yaml' })
    await expect(loadConfig(undefined, at, signal)).rejects.toThrow(
      'Cannot read nowhere.yaml for the configuration: there is no such file, which AMPHORA_CONFIG names',
    )
    await expect(loadConfig('.', at, signal)).rejects.toThrow('it is a folder, which --config names')
  })
})

describe('what is wrong with it', () => {
  it('is told all at once, with lines', async () => {
    const text = [
      'owner: Not-Fit',
      'surplus: 1',
      'timeouts:',
      '  build: soon',
      '  tidy: 5',
      'breaker: { failures: 0 }',
      'drivers:',
      '  east:',
      '    pakage: x',
      '  West: { package: 5 }',
    ].join('\n')
    expect(await problemsOf(text)).toEqual([
      'line 1: owner is 1 to 20 lower case letters and digits',
      'line 2: surplus is not known here',
      'line 4: timeouts.build is milliseconds, or a duration such as 500ms, 90s, 10m or 1h, at most 24 days',
      'line 5: timeouts.tidy is not known here',
      'line 6: breaker.failures is at least 1',
      'line 8: drivers.east.package is missing',
      'line 9: drivers.east.pakage is not known here',
      'line 10: drivers.West is named by 1 to 31 lower case letters, digits and hyphens, a letter first',
      'line 10: drivers.West.package is a text',
    ])
  })

  it('includes every variable that is missing, once', async () => {
    const text = 'owner: ${OWNER}\nextra: 1\ndrivers:\n  a:\n    package: p\n    options: { secret: "${TOKEN}" }\n'
    expect(await problemsOf(text)).toEqual([
      'line 1: owner needs the environment variable OWNER, which is not set',
      'line 2: extra is not known here',
      'line 6: drivers.a.options.secret needs the environment variable TOKEN, which is not set',
    ])
  })

  it('is told of what is no YAML, by line and kind', async () => {
    expect(await problemsOf('drivers:\n  a: [\n')).toEqual([
      expect.stringMatching(/^line [23]: is not valid YAML here/),
    ])
    expect(await problemsOf('a: 1\na: 2\n')).toEqual(['line 2: is not valid YAML here (duplicate key)'])
  })

  it.each([
    ['an empty file', ''],
    ['a text', 'hello'],
  ])('is told of %s', async (_what, text) => {
    expect(await problemsOf(text)).toEqual([expect.stringMatching(/^(line 1: )?(is a mapping with drivers)$/)])
  })

  it('is told of aliases that multiply', async () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      'b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]',
      'c: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]',
    ]
    expect(await problemsOf(bomb.join('\n'))).toEqual(['its aliases lead nowhere, or multiply'])
  })

  it('never holds a value of the file or of the environment', async () => {
    const secret = `canary-${randomUUID()}`
    const texts = [
      `owner: ${secret}\ndrivers: ${secret}`,
      `timeouts: ${secret}\nbreaker: ${secret}\ndrivers: {}`,
      `timeouts: { build: ${secret} }\nbreaker: { failures: ${secret}, openForMs: ${secret} }\ndrivers: { a: ${secret} }`,
      `drivers: { a: { package: [${secret}], driver: [${secret}], options: ${secret} } }`,
      `drivers:\n\t${secret}: "${secret}`,
      `"${secret}" ${secret}\n`,
      `drivers: *${secret.replaceAll('-', '')}`,
      'owner: ${SECRET}\nfingerprintKey: "${SECRET}${"\ndrivers: { a: { package: "${MISSING}" } }',
    ]
    for (const text of texts) {
      const error: unknown = await load(text, { SECRET: secret }).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(UsageError)
      expect(JSON.stringify([error, (error as UsageError).problems, String(error)])).not.toContain(secret)
    }
  })
})
