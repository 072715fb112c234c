import { readFileSync } from 'node:fs'
import { codeBlock, printedBy } from '@amphora/test-tools'
import { expect, it } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('opens with an example that runs as it is, and prints what it says', async () => {
  const example = read('./readme-example.ts')
  expect(codeBlock(read('../README.md'), 'ts')).toBe(example)
  const printed = await printedBy(() => import('./readme-example.ts'))
  expect(printed).toEqual([...example.matchAll(/(?:\) | {2})\/\/ (.*)$/gm)].map(([, said]) => said))
  expect(printed).toHaveLength(2)
})
