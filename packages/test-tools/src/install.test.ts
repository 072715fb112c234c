import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { install, type Installed } from './install.ts'

const HERE = dirname(import.meta.dirname)
const FORMAT = { type: 'module', exports: { '.': './dist/index.js', './package.json': './package.json' } }

let root: string
let installed: Installed

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
}

/** A package that needs a neighbour, which is not compiled, and a library, which is loaded late. */
beforeAll(async () => {
  await mkdir(join(HERE, 'test-results'), { recursive: true })
  root = await mkdtemp(join(HERE, 'test-results', 'tiny-'))
  const dependencies = { '@tiny/neighbour': '*', library: '*' }
  await write({
    'package.json': JSON.stringify({ name: '@tiny/package', ...FORMAT, dependencies }),
    'src/index.ts': `
      import { two } from '@tiny/neighbour'
      import { add } from './add.ts'
      export const three: number = add(two, 1)
      export const late = (): Promise<{ readonly word: string }> => import('library')
    `,
    'src/add.ts': 'export const add = (a: number, b: number): number => a + b',
    'src/add.test.ts': 'export const isTest: boolean = true',
    'node_modules/@tiny/neighbour/package.json': JSON.stringify({ name: '@tiny/neighbour', ...FORMAT }),
    'node_modules/@tiny/neighbour/src/index.ts': 'export const two: number = 2',
    'node_modules/library/package.json': '{ "name": "library", "type": "module", "exports": "./index.js" }',
    'node_modules/library/index.js': "export const word = 'late'",
  })
  installed = await install({ root, neighbours: ['@tiny/neighbour'] })
}, 120_000)
afterAll(() => rm(root, { recursive: true }))

it('a package is compiled, without its tests, and found by name', async () => {
  const modules = join(installed.folder, 'node_modules')
  expect(existsSync(join(modules, '@tiny/package/dist/index.d.ts'))).toBe(true)
  expect(existsSync(join(modules, '@tiny/package/dist/add.test.js'))).toBe(false)
  expect(existsSync(join(modules, '@tiny/neighbour/dist/index.js'))).toBe(true)
  expect(await installed.watch("import { three } from '@tiny/package'\nconsole.log(three)", [])).toEqual(['3'])
})

it('what is watched is told where it is loaded, and what is not loaded is not', async () => {
  const module = `
    import { late } from '@tiny/package'
    console.log('a')
    console.log('a')
    console.log((await late()).word)
  `
  expect(await installed.watch(module, ['library', '@tiny/elsewhere'])).toEqual(['a', 'a', 'loaded library', 'late'])
  expect(await installed.watch(module, ['@tiny/package'])).toEqual(['loaded @tiny/package', 'a', 'a', 'late'])
})

it('what a user writes is compiled against the types of the package, and run with arguments', async () => {
  await installed.compile({
    'user.ts':
      "import { three } from '@tiny/package'\nconst n: number = three\nconsole.log(n, ...process.argv.slice(2))",
  })
  expect(await installed.node('user.js', 'x', 'y')).toBe('3 x y\n')
  const wrong = { 'wrong.ts': "import { three } from '@tiny/package'\nexport const s: string = three" }
  await expect(installed.compile(wrong)).rejects.toThrow(/tsc failed: .*TS2322/s)
})

it('a script that fails rejects', async () => {
  await expect(installed.watch('process.exit(3)', [])).rejects.toMatchObject({ code: 3 })
})

it('what is removed is gone', async () => {
  const other = await install({ root, neighbours: ['@tiny/neighbour'] })
  await other.remove()
  expect(existsSync(other.folder)).toBe(false)
  expect(existsSync(installed.folder)).toBe(true)
})
