import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { installFolder } from '../src/install.ts'
import { nodeLines } from '../src/nodes.ts'
import { runProbe } from '../src/probe.ts'
import { isDriver } from '../src/public-package.ts'
import { bundlers, type Bundler } from './bundle.ts'

const { packages, stranger, nodes } = inject('rehearsal')

const printRegistered = `
import { registry } from '@amphora/core'
console.log(JSON.stringify([...registry].map((plugin) => plugin.definition.name)))
`

describe.each(Object.entries(bundlers))('%s', (bundler, bundle) => {
  it.for(packages.filter(isDriver))('keeps that $name registers itself', async ({ name }) => {
    expect(await registeredIn(bundle, installFolder(stranger, 'npm', name), name)).not.toEqual([])
  })

  it('would drop it from a driver that declares no side effect, and so this is a test', async () => {
    const folder = join(stranger.folder, bundler, 'without-side-effects')
    await cp(installFolder(stranger, 'npm', '@amphora/noop'), folder, { recursive: true })
    const manifest = join(folder, 'node_modules/@amphora/noop/package.json')
    const said = JSON.parse(await readFile(manifest, 'utf8')) as object
    await writeFile(manifest, JSON.stringify({ ...said, sideEffects: false }))
    expect(await registeredIn(bundle, folder, '@amphora/noop')).toEqual([])
  })

  it.for([
    { form: 'readable', minify: false },
    { form: 'minified', minify: true },
  ])('makes a $form program that needs nothing else', async ({ form, minify }) => {
    const folder = join(stranger.folder, bundler, form)
    await mkdir(folder, { recursive: true })
    await bundle({ entry: join(installFolder(stranger, 'npm', '@amphora/noop'), 'bundled.mjs'), folder, minify })
    for (const line of nodeLines) {
      expect(await runProbe({ stranger, node: nodes[line], folder }, 'program.mjs')).toEqual({
        registered: ['noop'],
        state: 'active',
        error: {
          name: 'InvalidRequestError',
          code: 'invalid-argument',
          isInvalidRequest: true,
          isOurs: true,
          isOther: false,
        },
      })
    }
  })
})

/** The drivers that a bundle has, whose program imports one for nothing but its side effect. */
async function registeredIn(bundle: Bundler, folder: string, name: string): Promise<unknown> {
  const entry = join(folder, 'register-only.mjs')
  await writeFile(entry, `import '${name}/register'\n${printRegistered}`)
  await bundle({ entry, folder, oursOnly: true })
  return runProbe({ stranger, node: process.execPath, folder }, 'program.mjs')
}
