import { readFile } from 'node:fs/promises'
import { codeBlock, printedBy } from '@amphora/test-tools'
import { expect, it } from 'vitest'

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8')

it("the README's example of a fake server is the one that runs here, and prints what it says", async () => {
  const example = await read('readme-example.ts')
  const [, section = ''] = (await read('../README.md')).split('## `@amphora/conformance/fake-server`')
  expect(codeBlock(section, 'ts')).toBe(example)

  const printed = await printedBy(() => import('./readme-example.ts'))
  expect(printed).toEqual([...example.matchAll(/(?<=^|\) )\/\/ ((?:no|\[).*)$/gm)].map(([, said]) => said))
  expect(printed).toHaveLength(2)
})
