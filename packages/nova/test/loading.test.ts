import { dirname } from 'node:path'
import { install, type Installed } from '@amphora/test-tools'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createCloud, optionsFor } from './driver.ts'
import type { FakeNova } from './fake-nova.ts'
import { FLAVOR, IMAGE, NETWORK } from './order.ts'

let cloud: FakeNova
let installed: Installed

beforeAll(async () => {
  cloud = await createCloud()
  installed = await install({
    root: dirname(import.meta.dirname),
    neighbours: ['@amphora/core', '@amphora/http', '@amphora/openstack'],
  })
}, 120_000)
afterAll(async () => {
  await installed.remove()
  await cloud.close()
})

it(
  'loads axios with the first request, yaml with the first files or keys, and keeps no process alive',
  { timeout: 60_000 },
  async () => {
    const request = { flavor: FLAVOR, imageId: IMAGE, networkIds: [NETWORK] }
    const script = `
      import { createCompute } from '@amphora/core'
      import { nova } from '@amphora/nova'
      import '@amphora/nova/register'
      const compute = await createCompute({ drivers: { east: nova(${JSON.stringify(optionsFor(cloud))}) } })
      console.log('connected')
      await compute.build(${JSON.stringify(request)})
      console.log('built')
      await compute.build({ ...${JSON.stringify(request)}, configDriveFiles: { '/x': 'x' } })
      console.log('built with a file')
      if (process.argv.length > 2) await compute.close()
    `
    expect(await installed.watch(script, ['axios', 'yaml'])).toEqual([
      'connected',
      'loaded axios',
      'built',
      'loaded yaml',
      'built with a file',
    ])
    expect(cloud.servers()).toHaveLength(2)
  },
)
