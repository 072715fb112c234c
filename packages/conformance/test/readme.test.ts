import { readFile } from 'node:fs/promises'
import { inspect } from 'node:util'
import { expect, it, vi } from 'vitest'

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8')

it("the README's example of a fake server is the one that runs here, and prints what it says", async () => {
  const example = await read('readme-example.ts')
  const [, section = ''] = (await read('../README.md')).split('## `@amphora/conformance/fake-server`')
  const [, shown] = /```ts\n([^]*?)```/.exec(section) ?? []
  expect(shown).toBe(example)

  const printed: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '))
  })
  await import('./readme-example.ts')
  log.mockRestore()
  expect(printed).toEqual([...example.matchAll(/(?<=^|\) )\/\/ ((?:no|\[).*)$/gm)].map(([, said]) => said))
  expect(printed).toHaveLength(2)
})
