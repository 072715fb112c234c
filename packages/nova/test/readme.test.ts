import { readFileSync } from 'node:fs'
import { cloudConfigIn, textAt, tlsFront } from '@amphora/fake-openstack'
import { cloudsHome } from '@amphora/fake-openstack/suites'
import { codeBlock, printedBy } from '@amphora/test-tools'
import { expect, it } from 'vitest'
import { createCloud } from './driver.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('opens with an example that runs as it is, and prints what it says', { timeout: 30_000 }, async () => {
  const readme = read('../README.md')
  const example = read('./readme-example.ts')
  expect(codeBlock(readme, 'ts')).toBe(example)

  await using cloud = await createCloud()
  await using front = await tlsFront(cloud)
  await using _home = await cloudsHome(codeBlock(readme, 'yaml'), front)
  const printed = await printedBy(() => import('./readme-example.ts'))
  expect(printed).toEqual([...example.matchAll(/\) \/\/ (.*)$/gm)].map(([, said]) => said))
  expect(printed).toHaveLength(1)

  expect(cloud.inventory()).toEqual([])
  const [create] = cloud.server.requests('POST /v2.1/servers')
  const userData = textAt(create?.json(), 'server', 'user_data') ?? ''
  expect(cloudConfigIn(Buffer.from(userData, 'base64')).write_files).toHaveLength(1)
  expect(cloud.keystone.tokens()).toEqual([])
})
