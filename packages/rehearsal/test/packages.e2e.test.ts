import { existsSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { clients, installFolder } from '../src/install.ts'
import { nodeLines } from '../src/nodes.ts'
import { publicPackage, type PublicPackage } from '../src/public-package.ts'
import { standOf } from './stand.ts'

const { packages, installs, stranger } = inject('rehearsal')

it('finds the packages of the workspace', () => {
  expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['@amphora/core', '@amphora/noop']))
})

describe.each(packages)('$name', (each) => {
  const { name, version } = each
  const published = join(installFolder(stranger, 'npm', name), 'node_modules', name)

  it.each(clients)('is installed by %s into an empty folder, without running a script', (client) => {
    const folder = installFolder(stranger, client, name)
    const { succeeded, output } = installs.find((made) => made.folder === folder) ?? { succeeded: false, output: '' }
    expect(succeeded ? 'installed' : output).toBe('installed')
  })

  it('names real versions of all that it needs', () => {
    const { dependencies, version: own } = readPublished(published)
    expect(own).toBe(version)
    expect(Object.values(dependencies).filter((range) => !/^[\^~]?\d/.test(range))).toEqual([])
  })

  it('has no script that runs when it is installed', () => {
    const { scripts } = readPublished(published)
    expect(Object.keys(scripts).filter((script) => /^(?:pre|post)?install$|^prepare$/.test(script))).toEqual([])
    expect(existsSync(join(published, 'binding.gyp'))).toBe(false)
  })

  it('brings its licence and its README, and none of its tests', async () => {
    const files = await readdir(published, { recursive: true })
    expect(files.filter((file) => ['LICENSE', 'README.md'].includes(file)).toSorted()).toEqual(['LICENSE', 'README.md'])
    // What a generator writes for others is no test of its own.
    const own = files.filter((file) => !file.startsWith('template/'))
    expect(own.filter((file) => /\.test\.|(^|\/)test\//.test(file))).toEqual([])
  })

  describe.each(clients)('installed by %s', (client) => {
    describe.each(nodeLines)('on Node %s', (line) => {
      const stand = standOf(each, client, line)

      it.concurrent.for(each.entries.length === 0 ? [] : [each.entries])(
        'is the same by import and by require',
        async () => {
          const imported = await stand.run('import.mjs', each.entries)
          expect(Object.keys(imported as object)).toEqual(each.entries)
          expect(await stand.run('require.cjs', each.entries)).toEqual({ exported: imported, sameCopy: true })
        },
      )

      it.concurrent.for(Object.entries(each.commands))('runs its command %s', async ([, file], { expect }) => {
        expect(await stand.runCommand(file, '--help')).not.toBe('')
      })
    })
  })
})

function readPublished(folder: string): PublicPackage {
  const found = publicPackage(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  if (found === undefined) throw new Error(`what is published as ${folder} is private`)
  return found
}
