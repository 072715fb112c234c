import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { install, type Installed } from '@amphora/test-tools'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const README = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
const EXAMPLES = [...README.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ''], index) => ({
  name: `example-${index + 1}`,
  code,
}))

let installed: Installed | undefined

beforeAll(async () => {
  installed = await install({ root: dirname(import.meta.dirname), neighbours: ['@amphora/core'] })
  await installed.compile(Object.fromEntries(EXAMPLES.map(({ name, code }) => [`${name}.ts`, code])))
}, 120_000)

afterAll(() => installed?.remove())

/** What stands behind a `console.log`, or in lines of comment. */
function promised(code: string): readonly string[] {
  return [...code.matchAll(/(?:^|console\.log\(.*\) )\/\/ (.*)$/gm)].map(([, text = '']) => text)
}

describe('the examples of the README', () => {
  it('are all there', () => {
    expect(EXAMPLES.length).toBeGreaterThanOrEqual(7)
    expect(README.indexOf('```ts')).toBeLessThan(README.indexOf('\n## '))
  })

  it.each(EXAMPLES)(
    '$name runs as it is and prints what stands beside it',
    { timeout: 60_000 },
    async ({ name, code }) => {
      const printed = await installed?.node(`${name}.js`)
      expect(printed?.trimEnd().split('\n')).toEqual(promised(code))
    },
  )
})
