import { readFileSync } from 'node:fs'
import { codeBlock, printedBy } from '@amphora/test-tools'
import { expect, it } from 'vitest'
import { createFakeCaddy } from './fake-caddy.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('opens with an example that runs as it is, and prints what it says', async () => {
  const fake = await createFakeCaddy()
  process.env['CADDY_ADMIN'] = fake.server.url
  const example = read('./readme-example.ts')
  expect(codeBlock(read('../README.md'), 'ts')).toBe(example)
  const printed = await printedBy(() => import('./readme-example.ts'))
  expect(printed).toEqual([...example.matchAll(/\) \/\/ (.*)$/gm)].map(([, said]) => said))
  expect(printed).toHaveLength(2)
  expect(fake.tenants.size).toBe(0)
  await fake.close()
}, 30_000)
