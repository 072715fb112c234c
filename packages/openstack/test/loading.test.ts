import { dirname } from 'node:path'
import { install, type Installed } from '@amphora/test-tools'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createCloud, type Cloud } from './cloud.ts'
import { PASSWORD } from './fake-keystone.ts'

let cloud: Cloud
let installed: Installed

beforeAll(async () => {
  cloud = await createCloud()
  installed = await install({ root: dirname(import.meta.dirname), neighbours: ['@amphora/core', '@amphora/http'] })
}, 120_000)
afterAll(async () => {
  await installed.remove()
  await cloud.close()
})

it(
  'loads axios with the first request, yaml with the first file, and keeps no process alive',
  { timeout: 60_000 },
  async () => {
    const script = `
    import { silentLogger, systemClock } from '@amphora/core'
    import { cloudEntries, cloudRules, Session } from '@amphora/openstack'
    const auth = { type: 'password', authUrl: '${cloud.keystone.authUrl}', userId: 'u-1', password: '${PASSWORD}' }
    const { password } = cloudEntries.auth['~standard'].validate(auth).value
    const session = new Session({ allowInsecureHttp: true, auth: { ...auth, password } }, { clock: systemClock, logger: silentLogger })
    const service = session.service('compute', { peer: 'Nova', reasonPrefix: 'nova' })
    console.log('made')
    console.log(await session.scope(new AbortController().signal))
    if (process.argv.length > 2) await session.close()
  `
    expect(await installed.watch(script, ['axios'])).toEqual(['made', 'loaded axios', 'unscoped'])
    expect(await installed.watch(script, ['yaml'])).toEqual(['made', 'unscoped'])
  },
)
