import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { secondCopy } from '../test/second-copy.ts'
import type { Capabilities } from './capabilities.ts'
import { defineDriver, type DriverPlugin } from './define-driver.ts'
import { AmphoraComputeError, DriverLoadError } from './errors.ts'
import { createRegistry, registry } from './registry.ts'

const SHARED = Symbol.for('amphora.registry')

function plugin(name: string, types: Capabilities['types'] = ['VM']): DriverPlugin {
  const connect = (): never => {
    throw new Error('nobody connects here')
  }
  return defineDriver({ apiVersion: 1, name, capabilities: { types }, options: v.object({}), connect })
}

/** What another version of core, or nobody's core, would make. */
function strange(definition: object): DriverPlugin {
  return Object.assign(plugin('x').bind(undefined), { definition: { ...plugin('strange').definition, ...definition } })
}

async function refusalOf(act: () => unknown): Promise<DriverLoadError> {
  try {
    await act()
  } catch (error) {
    if (error instanceof DriverLoadError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const namesIn = (plugins: Iterable<DriverPlugin>): readonly string[] => [...plugins].map((one) => one.definition.name)

describe('a registry', () => {
  it('gives back what was registered, by name, by type and in order', () => {
    const [one, other, both] = [plugin('one'), plugin('other', ['Container']), plugin('both', ['VM', 'Container'])]
    const own = createRegistry([one, other, both])
    expect(own.get('other')).toBe(other)
    expect([...own]).toEqual([one, other, both])
    expect(own.forType('VM')).toEqual([one, both])
    expect(own.forType('Container')).toEqual([other, both])
    expect(own.forType('BareMetal')).toEqual([])
    expect(Object.isFrozen(own)).toBe(true)
  })

  it('takes the same plugin twice', () => {
    const one = plugin('one')
    const own = createRegistry([one, one])
    own.register(one)
    expect([...own]).toEqual([one])
  })

  it('refuses another plugin of a taken name, and says what has it', async () => {
    const first = plugin('one', ['VM', 'Container'])
    const own = createRegistry([first])
    const error = await refusalOf(() => own.register(plugin('one', ['BareMetal'])))
    expect(error.message).toBe(
      'The driver name "one" is taken: another plugin, for VM, Container, registered it first; is the package installed twice?',
    )
    expect(own.get('one')).toBe(first)
  })

  it('refuses a plugin of another contract version, and names both', async () => {
    for (const apiVersion of [2, undefined]) {
      const error = await refusalOf(() => createRegistry([strange({ apiVersion, capabilities: 'of another shape' })]))
      expect(error.message).toBe(
        `Driver "strange" is written for version ${apiVersion} of the driver contract, this core speaks 1; install versions of both that agree`,
      )
    }
  })

  it('refuses a plugin that says no types', async () => {
    for (const capabilities of [undefined, null, {}, { types: 'VM' }]) {
      const error = await refusalOf(() => createRegistry([strange({ capabilities })]))
      expect(error.message).toBe(
        'Driver "strange" declares no capabilities.types; a driver plugin is what defineDriver returns',
      )
    }
  })

  it.each([
    undefined,
    null,
    'docker',
    {},
    { definition: { name: 'x', connect: () => {} } },
    () => {},
    Object.assign(() => {}, { definition: null }),
    Object.assign(() => {}, { definition: 'x' }),
    Object.assign(() => {}, { definition: { name: 'x' } }),
    Object.assign(() => {}, { definition: { connect: () => {} } }),
    Object.assign(() => {}, { definition: { name: 7, connect: () => {} } }),
    Object.assign(() => {}, { definition: { name: 'x', connect: 'y' } }),
  ])('refuses what is no plugin: %o', async (value) => {
    const error = await refusalOf(() => Reflect.apply(Reflect.get(createRegistry(), 'register'), undefined, [value]))
    expect(error.message).toBe(`A driver plugin is what defineDriver returns; found ${typeof value}`)
  })

  it('names what there is where a driver is asked for that there is not', async () => {
    const none = await refusalOf(() => createRegistry().get('one'))
    expect(none.message).toBe(
      'No driver "one" is registered (registered: none); import its package\'s "/register" first, or use registry.load',
    )
    const others = await refusalOf(() => createRegistry([plugin('a'), plugin('b')]).get('one'))
    expect(others.message).toContain('(registered: a, b)')
  })

  it('shares nothing with another one', () => {
    createRegistry([plugin('one')])
    expect([...createRegistry()]).toEqual([])
  })
})

describe('the registry of the process', () => {
  afterEach(() => void Reflect.deleteProperty(globalThis, SHARED))

  it('is shared by two copies of core, as data under one symbol', async () => {
    const copy = await secondCopy()
    const one = plugin('one')
    registry.register(one)
    expect(copy.registry.registry).not.toBe(registry)
    expect(copy.registry.registry.get('one')).toBe(one)
    const { definition } = plugin('other')
    const theirs = copy.defineDriver.defineDriver({ ...definition, options: v.object({}) })
    copy.registry.registry.register(theirs)
    expect(registry.get('other')).toBe(theirs)
    expect(Reflect.get(globalThis, SHARED)).toEqual(
      new Map([
        ['one', one],
        ['other', theirs],
      ]),
    )
    const taken = await refusalOf(() => copy.registry.registry.register(plugin('one')))
    expect(taken.message).toMatch(/^The driver name "one" is taken/)
    await copy.remove()
  })

  it('is empty until somebody registers, and is not the private one', () => {
    expect([...registry]).toEqual([])
    createRegistry([plugin('one')])
    expect([...registry]).toEqual([])
    registry.register(plugin('two'))
    expect(namesIn(registry)).toEqual(['two'])
  })
})

describe('loading by name', () => {
  let folder: string
  const place = (): string => join(folder, 'app', 'config.json')

  /** Installs a package whose one file is this text. */
  async function install(
    name: string,
    source: string,
    manifest: object = { exports: './index.js' },
    into: string = folder,
  ): Promise<void> {
    const home = join(into, 'node_modules', name)
    await mkdir(home, { recursive: true })
    await writeFile(join(home, 'package.json'), JSON.stringify({ name, version: '1.0.0', type: 'module', ...manifest }))
    await writeFile(join(home, 'index.js'), source)
  }

  const pluginText = (name: string, apiVersion: number = 1): string =>
    `Object.assign(() => {}, { definition: { apiVersion: ${apiVersion}, name: '${name}', capabilities: { types: ['VM'] }, connect() {} } })`

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'amphora-registry-'))
    await mkdir(join(folder, 'app'))
    await install(
      'acme',
      `export const acme = ${pluginText('acme')}\nexport const version = '1', nothing = undefined, nil = null`,
    )
    await install(
      '@scope/both',
      `export const a = ${pluginText('a')}\nexport const b = ${pluginText('b')}\nexport default a`,
    )
    await install(
      'one-refused',
      `export const fine = ${pluginText('fine')}\nexport const old = ${pluginText('old', 2)}`,
    )
    await install(
      'same-name',
      `export const first = ${pluginText('same')}\nexport const second = ${pluginText('same')}`,
    )
    await install('nothing', 'export const acme = { definition: {} }')
    await install('throws', `throw Object.assign(new Error('canary-7f3a'), { config: 'canary-7f3a' })`)
    await install('throws-null', 'throw null')
    await install('broken', 'export const a =')
    await install('needs-more', `import 'not-there'`)
    await install('needs-more-cjs', `require('not-there')`, {
      type: 'commonjs',
      main: './index.js',
      exports: undefined,
    })
    await install('cjs', `exports.acme = ${pluginText('cjs')}`, {
      type: 'commonjs',
      main: './index.js',
      exports: undefined,
    })
    await install('only-import', `export const acme = ${pluginText('acme')}`, { exports: { import: './index.js' } })
    await install('inner', `export const inner = ${pluginText('inner')}`, undefined, join(folder, 'app'))
    await symlink(join(folder, 'app'), join(folder, 'link'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('registers every driver that the package exports, each once', async () => {
    const own = createRegistry()
    expect(namesIn(await own.load('acme', place()))).toEqual(['acme'])
    expect(namesIn(await own.load('@scope/both', place()))).toEqual(['a', 'b'])
    expect(namesIn(own)).toEqual(['acme', 'a', 'b'])
    expect(namesIn(await own.load('acme', place()))).toEqual(['acme'])
  })

  it('looks from a file or a folder, given as a path or a file: URL', async () => {
    const app = join(folder, 'app')
    const froms = [
      app,
      `${app}/`,
      join(app, 'config.json'),
      join(folder, 'link'),
      pathToFileURL(app),
      pathToFileURL(place()).href,
    ]
    for (const from of froms) expect(namesIn(await createRegistry().load('inner', from))).toEqual(['inner'])
    await expect(createRegistry().load('inner', folder)).rejects.toThrow('it is not installed there')
    await expect(createRegistry().load('inner', join(folder, 'config.json'))).rejects.toThrow(
      'it is not installed there',
    )
  })

  it('takes CommonJS too', async () => {
    expect(namesIn(await createRegistry().load('cjs', place()))).toEqual(['cjs'])
  })

  it('registers nothing where one of the drivers is refused', async () => {
    const own = createRegistry([plugin('b')])
    for (const [name, why] of [
      ['one-refused', 'Driver "old" is written for version 2 of the driver contract, this core speaks 1'],
      ['same-name', 'The driver name "same" is taken'],
      ['@scope/both', 'The driver name "b" is taken'],
    ] as const) {
      expect((await refusalOf(() => own.load(name, place()))).message).toContain(why)
    }
    expect(namesIn(own)).toEqual(['b'])
  })

  it('says that a package is not installed', async () => {
    const error = await refusalOf(() => createRegistry().load('absent', place()))
    expect(error.message).toBe(`Cannot load the driver package "absent" from ${place()}: it is not installed there`)
    expect(error.code).toBe('not-found')
  })

  it('says that a package exports no driver', async () => {
    const error = await refusalOf(() => createRegistry().load('nothing', place()))
    expect(error.message).toBe('"nothing" exports no driver; a driver package exports what defineDriver returns')
    expect(error.code).toBe('failed-precondition')
  })

  it('says that a package has no condition that fits', async () => {
    const error = await refusalOf(() => createRegistry().load('only-import', place()))
    expect(error.message).toMatch(/: its package.json has no "default" condition for it in "exports"$/)
    expect(error.code).toBe('failed-precondition')
    await expect(createRegistry().load('acme/inside', place())).rejects.toThrow(
      'has no "default" condition for it in "exports"',
    )
  })

  it.each(['throws', 'throws-null', 'broken', 'needs-more', 'needs-more-cjs'])(
    'says that a package failed while it was imported: %s',
    async (name) => {
      const own = createRegistry()
      const error = await refusalOf(() => own.load(name, place()))
      expect(error.message).toBe(
        `Cannot load the driver package "${name}" from ${place()}: it failed while it was being imported; the cause names where`,
      )
      expect(error.code).toBe('failed-precondition')
      expect(error.cause).toBeInstanceOf(Error)
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('canary')
      expect([...own]).toEqual([])
    },
  )

  it('names where in the package it failed', async () => {
    const { cause } = await refusalOf(() => createRegistry().load('throws', place()))
    expect(inspect(cause)).toContain(join('node_modules', 'throws', 'index.js'))
  })

  it.each(['./relative', 'config.json', 'https://host/config.json', ''])('cannot look from %j', async (from) => {
    const error = await refusalOf(() => createRegistry().load('acme', from))
    expect(error).toBeInstanceOf(AmphoraComputeError)
    expect(error.message).toContain('an absolute path or a file: URL to look from')
    expect(error.code).toBe('failed-precondition')
  })

  it('cannot look from what is no place at all', async () => {
    const error = await refusalOf(() =>
      Reflect.apply(Reflect.get(createRegistry(), 'load'), undefined, ['acme', undefined]),
    )
    expect(error.message).toContain('from undefined: it cannot be resolved')
  })

  it('looks from the place of the module that asks', async () => {
    const here = fileURLToPath(import.meta.url)
    await expect(createRegistry().load('acme', import.meta.url)).rejects.toThrow(
      `from ${import.meta.url}: it is not installed there`,
    )
    await expect(createRegistry().load('acme', dirname(here))).rejects.toThrow('it is not installed there')
  })
})
