import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { folder, type Folder } from '../../test/test-host.ts'
import type { Host } from '../host.ts'
import { problemLines } from '../yaml/problem.ts'
import { bindDrivers, type Bound } from './bind-drivers.ts'
import { loadConfig } from './load-config.ts'

let home: Folder | undefined
afterEach(() => home?.remove())

async function bind(text: string, files: Record<string, string> = {}): Promise<readonly Bound[]> {
  home = folder(text)
  for (const [name, content] of Object.entries(files)) home.write(name, content)
  const host = { cwd: home.path, env: {} } as unknown as Host
  return bindDrivers(await loadConfig(undefined, host, new AbortController().signal))
}

const two = (name: string): string => `import { defineDriver } from '@amphora/core'
const define = (name) => defineDriver({
  apiVersion: 1, name, capabilities: { types: ['VM'] }, connect: () => ({}),
  options: { '~standard': { version: 1, vendor: 'x', validate: (value) => ({ value }) } },
})
export const one = define('${name}-one')
export const other = define('${name}-other')
`

describe('a binding', () => {
  it('is found by the name of its package, from the folder of the file', async () => {
    const [bound] = await bind("drivers: { lab: { package: '@amphora/noop', options: { buildMs: 5 } } }")
    expect(bound).toMatchObject({ name: 'lab', package: '@amphora/noop', problems: [] })
    expect(bound?.plugin?.definition.name).toBe('noop')
    expect(bound?.binding).toBeDefined()
  })

  it('may be one of several that a package exports', async () => {
    const [bound] = await bind('drivers: { a: { package: ./two.mjs, driver: choice-other } }', {
      'two.mjs': two('choice'),
    })
    expect(bound?.plugin?.definition.name).toBe('choice-other')
  })
})

describe('what keeps a driver from being bound', () => {
  const linesOf = (all: readonly Bound[]): readonly string[] => problemLines(all.flatMap(({ problems }) => problems))

  it('is told of every binding at once', async () => {
    const all = await bind(
      [
        'drivers:',
        '  a: { package: not-installed-anywhere }',
        '  b: { package: ./broken.mjs }',
        '  c: { package: ./none.mjs }',
        '  d: { package: ./two.mjs }',
        '  e: { package: ./two.mjs, driver: third }',
        "  f: { package: '@amphora/noop' }",
      ].join('\n'),
      { 'broken.mjs': 'throw new Error("secret text")', 'none.mjs': 'export const x = 1', 'two.mjs': two('several') },
    )
    expect(linesOf(all)).toEqual([
      'line 2: drivers.a.package cannot be used: it is not installed; run "npm install" with its name in the folder of this file',
      expect.stringMatching(/^line 3: drivers\.b\.package cannot be used: .* failed while it was being imported/),
      expect.stringMatching(/^line 4: drivers\.c\.package cannot be used: .* exports no driver/),
      'line 5: drivers.d.package cannot be used: ./two.mjs exports several drivers (several-one, several-other); say which with "driver"',
      'line 6: drivers.e.driver cannot be used: ./two.mjs exports several-one, several-other, and no driver "third"',
    ])
    expect(all.map(({ binding }) => binding !== undefined)).toEqual([false, false, false, false, false, true])
  })

  it('is told of every option, with its own line and without its value', async () => {
    const secret = `canary-${randomUUID()}`
    const all = await bind(
      [
        'drivers:',
        '  lab:',
        "    package: '@amphora/noop'",
        '    options:',
        '      buildMs: -1',
        `      latencyMs: ${secret}`,
        `      surplus: ${secret}`,
      ].join('\n'),
    )
    const lines = linesOf(all)
    expect(lines.map((line) => line.slice(0, line.indexOf(' ', 9)))).toEqual([
      'line 5: drivers.lab.options.buildMs',
      'line 6: drivers.lab.options.latencyMs',
      'line 7: drivers.lab.options.surplus',
    ])
    expect(lines.join('\n')).not.toContain(secret)
    expect(all[0]?.plugin).toBeDefined()
  })
})
