import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { parseWeights, renderWeights } from '../src/weight-table.ts'
import { weighAll, type Weight } from '../src/weight.ts'
import { root } from '../src/workspace.ts'

const { stranger, packages } = inject('rehearsal')

describe('the table of weights in the README', () => {
  let weights: readonly Weight[]
  let table: readonly Weight[]

  beforeAll(async () => {
    weights = await weighAll(stranger, packages)
    console.log(`What the packages weigh now:\n${renderWeights(weights)}`)
    table = parseWeights(readFileSync(join(root, 'README.md'), 'utf8'))
  }, 120_000)

  it('names every public package, and no other', () => {
    expect(table.map(({ name }) => name)).toEqual(packages.map(({ name }) => name))
  })

  it.for(packages)('is right within a quarter about $name', ({ name }) => {
    const said = table.find((row) => row.name === name)
    const found = weights.find((weight) => weight.name === name)
    expect(said?.packages).toSatisfy((count: number) => isNear(count, found?.packages ?? 0))
    expect(said?.mebibytes).toSatisfy((size: number) => isNear(size, found?.mebibytes ?? 0))
  })
})

/** The table's sizes are rounded to a tenth. */
function isNear(said: number, found: number): boolean {
  return Math.abs(said - found) <= Math.max(0.1, found / 4)
}
