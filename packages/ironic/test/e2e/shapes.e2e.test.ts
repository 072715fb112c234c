import { readdirSync, readFileSync } from 'node:fs'
import { compareRecordings, logIn, readExchange, type Recordings } from '@amphora/fake-openstack'
import { expect, it, describe } from 'vitest'
import { recordIronic } from '../record-ironic.ts'
import { missing, openSite } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`
const folder = new URL('../fixtures/', import.meta.url)

describe.skipIf(missing !== undefined)(`Recordings of a real Ironic${skipped}`, () => {
  it('that are made again are as those that are kept', { timeout: 600_000 }, async () => {
    const kept: Recordings = Object.fromEntries(
      readdirSync(folder).map((file) => [
        file.replace('.json', ''),
        readExchange(readFileSync(new URL(file, folder), 'utf8')),
      ]),
    )
    const { testbed } = await openSite()
    const [admin, demo] = await Promise.all([
      logIn(testbed.authUrl, testbed.admin),
      logIn(testbed.authUrl, testbed.demo),
    ])
    const fresh = await recordIronic({
      origin: testbed.endpoints.ironic,
      token: admin.token,
      strangersToken: demo.token,
      pollMs: 100,
      syncsPower: true,
    })
    expect(compareRecordings(kept, fresh)).toEqual({})
  })
})
