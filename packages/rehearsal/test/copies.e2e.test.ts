import { beforeAll, describe, expect, inject, it } from 'vitest'
import { install, type Install } from '../src/install.ts'
import { nodeLines } from '../src/nodes.ts'
import { runProbe } from '../src/probe.ts'

const { stranger, nodes, packages } = inject('rehearsal')

describe('three copies of core in one program', () => {
  let installed: Install

  beforeAll(async () => {
    const version = packages.find(({ name }) => name === '@amphora/core')?.version
    const copies = ['first-core', 'second-core'].map((alias) => `${alias}@npm:@amphora/core@${version}`)
    installed = await install(stranger, 'npm', 'copies', ['@amphora/core', '@amphora/noop', ...copies])
    if (!installed.succeeded) throw new Error(installed.output)
  }, 120_000)

  it.for(nodeLines)('share the registry and know each other’s errors on Node %s', async (line) => {
    const found = await runProbe({ stranger, node: nodes[line], folder: installed.folder }, 'copies.mjs')
    const ofEach = <T>(value: T): readonly T[] => [value, value, value]
    const refusal = (name: string): object => ({
      name,
      isOurs: ofEach(true),
      isNamed: ofEach(true),
      isOther: ofEach(false),
    })
    expect(found).toEqual({
      areCopies: true,
      registries: ofEach(['noop']),
      refusals: ['InvalidRequestError', 'InstanceNotFoundError', 'NotSuspendedError'].map(refusal),
    })
  })
})
