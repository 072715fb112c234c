import { readFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('opens with an example that runs as it is', async () => {
  const [example] = /```ts\n([\s\S]*?)```/.exec(read('../README.md'))?.slice(1) ?? []
  expect(example).toBe(read('./readme-example.ts'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  await import('./readme-example.ts')
  expect(log.mock.calls).toEqual([['east/web-1', 'active', '192.0.2.10']])
  log.mockRestore()
})
