import { readFileSync } from 'node:fs'
import { cloudConfigIn, textAt, tlsFront } from '@amphora/fake-openstack'
import { cloudsHome } from '@amphora/fake-openstack/suites'
import { codeBlock, printedBy } from '@amphora/test-tools'
import { expect, it } from 'vitest'
import { IMAGE } from './call.ts'
import { fakeCloud, PASSWORD } from './driver.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('opens with an example that runs as it is, and prints what it says', { timeout: 30_000 }, async () => {
  const readme = read('../README.md')
  const example = read('./readme-example.ts')
  expect(codeBlock(readme, 'ts')).toBe(example)

  await using fake = await fakeCloud({ images: [{ name: 'tiny', id: IMAGE, tags: ['amphora'] }] })
  await using front = await tlsFront(fake)
  await using _home = await cloudsHome(codeBlock(readme, 'yaml'), front, { password: PASSWORD })
  const printed = await printedBy(() => import('./readme-example.ts'))
  expect(printed).toEqual([...example.matchAll(/\) \/\/ (.*)$/gm)].map(([, said]) => said))
  expect(printed).toHaveLength(1)

  expect(fake.inventory()).toEqual([])
  const deploy = fake.server
    .requests('PUT /v1/nodes/{ident}/states/provision')
    .find((request) => textAt(request.json(), 'target') === 'active')
  const userData = textAt(deploy?.json(), 'configdrive', 'user_data') ?? ''
  expect(cloudConfigIn(Buffer.from(userData)).write_files).toHaveLength(1)
  expect(fake.keystone.tokens()).toEqual([])
})
