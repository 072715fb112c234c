import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { marksIn, templateFiles } from '../src/create-package.ts'
import { nameProblem } from '../src/name.ts'
import { rendered, type Rendered } from './rendered.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const files = await templateFiles()

function textOf(path: string): string {
  const found = files.find((file) => file.path === path)
  if (found === undefined) throw new RangeError(`the template has no ${path}`)
  return found.text
}

describe('the README of a generated driver', () => {
  it('lists every place where the backend goes', () => {
    const rows = [...textOf('README.md').matchAll(/^\| `([^`]+)` +\| (.+?) +\|$/gm)].map(
      ([, path, what]) => `${path}: ${what}`,
    )
    const marks = files
      .filter(({ path }) => path.endsWith('.ts'))
      .flatMap(({ path, text }) => marksIn(text).map((what) => `${path}: ${what}`))
    expect(rows.filter((row) => /^(?:src|test)\//.test(row)).sort()).toEqual(marks.sort())
  })

  it('meets no mark of another form', () => {
    const strays = files.filter(
      ({ path, text }) =>
        path.endsWith('.ts') && text.match(/\bhere:/g)?.length !== (marksIn(text).length || undefined),
    )
    expect(strays.map(({ path }) => path)).toEqual([])
  })
})

it('brings the licence whole', () => {
  expect(textOf('LICENSE')).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'))
})

describe('the package.json of a generated driver', () => {
  const manifest = JSON.parse(textOf('_package.json')) as Record<
    'dependencies' | 'devDependencies' | 'peerDependencies',
    Readonly<Record<string, string>>
  >
  const { catalog } = parse(readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8')) as {
    readonly catalog: Readonly<Record<string, string>>
  }
  const workspace = (name: string): string => {
    const path = join(ROOT, 'packages', name.replace('@amphora/', ''), 'package.json')
    return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version
  }

  it('asks for what is tried here: tools of one version, libraries from that version on', () => {
    const { dependencies, devDependencies, peerDependencies } = manifest
    for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies, ...peerDependencies })) {
      const tried = name.startsWith('@amphora/') ? `^${workspace(name).split('.')[0]}.0.0` : catalog[name]
      expect({ name, range }).toEqual({ name, range: name in dependencies ? `^${tried}` : tried })
    }
  })

  it('names every file that it points to', () => {
    const sources = textOf('_package.json').match(/\.\/(?:src|dist)\/[\w-]+/g) ?? []
    for (const source of sources)
      expect(files.map(({ path }) => path)).toContain(`${source.replace(/^\.\/(?:src|dist)/, 'src')}.ts`)
  })
})

it('has no name of its own that a driver may take', () => {
  const beside = files.filter(({ path, text }) => path.endsWith('.ts') && /__name__/.test(text))
  const own = beside.flatMap(({ text }) => [...topLevelNames(text)])
  expect(own).toContain('createDriver')
  const hyphenated = own
    .filter((name) => /^[a-z]/.test(name))
    .map((name) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
  expect(hyphenated.filter((name) => nameProblem(name) === undefined)).toEqual([])
})

/** What is imported or declared at the beginning of a line. */
function* topLevelNames(text: string): Iterable<string> {
  for (const [, list = ''] of text.matchAll(/^import (?:type )?\{([^}]*)\}/gms)) {
    for (const one of list.split(','))
      yield one
        .replace(/.* as /, '')
        .replace(/\btype /, '')
        .trim()
  }
  for (const [, name = ''] of text.matchAll(/^(?:export )?(?:const|function|class) (\w+)/gm)) yield name
}

describe.each([{ name: 'acme' }, { name: 'my-cloud', scope: '@some-org', type: 'HWLoadBalancer' }] as const)(
  'a generated driver, $name',
  (options) => {
    let made: Rendered
    beforeAll(async () => {
      made = await rendered(options)
    })
    afterAll(() => made.remove())

    it('type-checks', { timeout: 60_000 }, async () => {
      const sources = [
        '--customConditions',
        '@amphora/source',
        '--allowImportingTsExtensions',
        '--lib',
        'es2023,es2024.string,esnext.disposable',
      ]
      expect(await made.tool('tsc', ...sources)).toBe('')
    })

    it('lints', { timeout: 60_000 }, async () => {
      expect(await made.tool('oxlint', '--type-aware', '--deny-warnings')).toContain('Found 0 warnings and 0 errors.')
    })

    it('builds, each file by itself', { timeout: 60_000 }, async () => {
      await made.tool('tsc', '-p', 'tsconfig.build.json', '--noCheck')
      expect(existsSync(join(made.folder, 'dist/register.d.ts'))).toBe(true)
    })
  },
)

it(
  'passes its own tests, also under a long name: it conforms, with nothing unproven',
  { timeout: 300_000 },
  async () => {
    const made = await rendered({ name: 'my-cloud', scope: '@some-org', type: 'HWLoadBalancer' })
    try {
      const said = await made.tool('vitest', 'run', '--config', 'sources.config.mjs', '--reporter', 'json')
      const { testResults } = JSON.parse(said) as Report
      const ran = testResults.flatMap(({ assertionResults }) => assertionResults)
      expect(ran.filter(({ status }) => status === 'failed')).toEqual([])
      expect(ran).toContainEqual(
        expect.objectContaining({ title: 'conforms, with nothing unproven', status: 'passed' }),
      )
      expect(ran.filter(({ title }) => title.includes('[unproven'))).toEqual([])
      expect(ran.filter(({ status }) => status === 'passed').length).toBeGreaterThan(100)
    } finally {
      await made.remove()
    }
  },
)

/** What vitest reports as JSON. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[]
  }[]
}
