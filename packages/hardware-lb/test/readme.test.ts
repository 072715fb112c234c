import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { expect, it, vi } from 'vitest'
import { createFakeCaddy } from './fake-caddy.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('opens with an example that runs as it is, and prints what it says', async () => {
  const fake = await createFakeCaddy()
  process.env['CADDY_ADMIN'] = fake.server.url
  const [, shown] = /```ts\n([\s\S]*?)```/.exec(read('../README.md')) ?? []
  const example = read('./readme-example.ts')
  expect(shown).toBe(example)
  const printed: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '))
  })
  await import('./readme-example.ts')
  log.mockRestore()
  expect(printed).toEqual([...example.matchAll(/\) \/\/ (.*)$/gm)].map(([, said]) => said))
  expect(printed).toHaveLength(2)
  expect(fake.tenants.size).toBe(0)
  await fake.close()
}, 30_000)
