import { readFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the example of the root README runs as it is', async () => {
  const [, shown] = /```ts\n([\s\S]*?)```/.exec(read('../../../README.md')) ?? []
  expect(shown).toBe(read('./root-example.ts'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  await import('./root-example.ts')
  expect(log.mock.calls).toEqual([['web-1', 'active']])
  log.mockRestore()
})
