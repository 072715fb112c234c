import { describe, expect, it } from 'vitest'
import { parseWeights, renderWeights } from './weight-table.ts'

const weights = [
  { name: '@acme/core', packages: 2, mebibytes: 0.46, importMs: 12.4 },
  { name: 'create-acme', packages: 105, mebibytes: 12.04, importMs: undefined },
]
const table = `
| package       | packages |  MiB | import ms |
| ------------- | -------: | ---: | --------: |
| \`@acme/core\`  |        2 |  0.5 |        12 |
| \`create-acme\` |      105 | 12.0 |         - |
`.trim()

describe('renderWeights', () => {
  it('writes a row for each package, in columns of even width', () => {
    expect(renderWeights(weights)).toBe(table)
  })
})

describe('parseWeights', () => {
  it('reads what stands between the marks of a document', () => {
    const document = `# Acme\n\n| other | table |\n\n<!-- weights -->\n\n${table}\n\n<!-- /weights -->\n\n| more |\n`
    expect(parseWeights(document)).toEqual([
      { name: '@acme/core', packages: 2, mebibytes: 0.5, importMs: 12 },
      { name: 'create-acme', packages: 105, mebibytes: 12, importMs: undefined },
    ])
  })

  it('refuses a document without the marks', () => {
    expect(() => parseWeights(table)).toThrow('no table of weights between <!-- weights -->')
  })

  it('shows a row that it cannot read', () => {
    const broken = table.replace('105', 'many')
    expect(() => parseWeights(`<!-- weights -->\n${broken}\n<!-- /weights -->`)).toThrow(
      /found "\| `create-acme` \| +many/,
    )
  })
})
