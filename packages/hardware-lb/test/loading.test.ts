import { createRequire } from 'node:module'
import { createCompute } from '@amphora/core'
import { expect, it } from 'vitest'
import { createFakeCaddy } from './fake-caddy.ts'

/** Which of the libraries have been loaded into this process, which is this file's own. */
function loaded(): readonly string[] {
  const paths = Object.keys(createRequire(import.meta.url).cache)
  return ['net-snmp', 'yaml'].filter((name) => paths.some((path) => path.includes(`/node_modules/${name}/`)))
}

const settings = { listen: ['127.0.0.1:80'], templates: {} }

it('the libraries are loaded when they are first needed: by a text, and by a look at an agent', async () => {
  const { caddy } = await import('../src/index.ts')
  await import('../src/register.ts')
  const fake = await createFakeCaddy()
  const snmp = {
    user: 'ops',
    authKey: () => 'long enough',
    privKey: () => 'long enough',
    timeoutMs: 50,
    retries: 0,
    port: 9,
  }
  const box = { profile: 'caddy', endpoint: fake.server.url, allowInsecureHttp: true, settings }
  const compute = await createCompute({
    drivers: { box: caddy({ inventory: { appliances: { box: { ...box, snmp } } } }) },
  })
  expect(loaded()).toEqual([])
  caddy({ inventory: JSON.stringify({ appliances: { box } }) })
  expect(loaded()).toEqual(['yaml'])
  await compute.check()
  expect(loaded()).toEqual(['net-snmp', 'yaml'])
  await compute.close()
  await fake.close()
})
