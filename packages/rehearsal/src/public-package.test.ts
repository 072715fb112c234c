import { describe, expect, it } from 'vitest'
import { isDriver, publicPackage, type PublicPackage } from './public-package.ts'

const driver = {
  name: '@acme/driver',
  version: '1.2.3',
  exports: {
    '.': { '@acme/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    './register': { types: './dist/register.d.ts', default: './dist/register.js' },
    './package.json': './package.json',
  },
  peerDependencies: { '@acme/core': '^1.0.0', runner: '^4.0.0' },
  peerDependenciesMeta: { runner: { optional: true } },
}

function read(manifest: object): PublicPackage {
  const found = publicPackage(manifest)
  if (found === undefined) throw new Error('taken for a private package')
  return found
}

describe('publicPackage', () => {
  it('passes a private package over', () => {
    expect(publicPackage({ ...driver, private: true })).toBeUndefined()
  })

  it('lists what can be imported, without what is not JavaScript', () => {
    expect(read(driver).entries).toEqual(['@acme/driver', '@acme/driver/register'])
  })

  it('leaves out patterns, closed subpaths and entries that are types only', () => {
    const exports = { './rules/*': './dist/rules/*.js', './internal': null, './face': { types: './dist/face.d.ts' } }
    expect(read({ ...driver, exports }).entries).toEqual([])
  })

  it.each([
    ['a text', './dist/index.js'],
    ['conditions', { types: './dist/index.d.ts', default: './dist/index.js' }],
    ['conditions within conditions', { node: { import: './dist/index.mjs' }, default: './dist/other.js' }],
  ])('takes exports that are %s for the main entry', (_, exports) => {
    expect(read({ ...driver, exports }).entries).toEqual(['@acme/driver'])
  })

  it('finds nothing to import in a package that brings a command only', () => {
    const { exports: _, ...rest } = driver
    expect(read({ ...rest, bin: { acme: './dist/cli.js' } })).toMatchObject({
      entries: [],
      commands: { acme: './dist/cli.js' },
    })
  })

  it('names a command after its package where the package gives it no name', () => {
    expect(read({ ...driver, bin: './dist/cli.js' }).commands).toEqual({ driver: './dist/cli.js' })
  })

  it('wants the peers that are not optional', () => {
    expect(read(driver).peers).toEqual(['@acme/core'])
  })
})

describe('isDriver', () => {
  it('knows a driver by the door through which it registers itself', () => {
    expect(isDriver(read(driver))).toBe(true)
    expect(isDriver(read({ ...driver, exports: './dist/index.js' }))).toBe(false)
  })
})
