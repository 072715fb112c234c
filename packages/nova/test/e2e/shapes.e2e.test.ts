import { readdir, readFile } from 'node:fs/promises'
import { compareRecordings, furnish, RACY, readExchange, recordNova, type Recordings } from '@amphora/fake-openstack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missing, openSite, type Site } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`
const folder = new URL('../fixtures/recorded/', import.meta.url)

async function kept(): Promise<Recordings> {
  const files = await readdir(folder)
  const exchanges = files.map(
    async (file) => [file.replace('.json', ''), readExchange(await readFile(new URL(file, folder), 'utf8'))] as const,
  )
  return Object.fromEntries(await Promise.all(exchanges))
}

describe.skipIf(missing !== undefined)(`The recordings that the fake is held against${skipped}`, () => {
  let site: Site
  beforeAll(async () => void (site = await openSite()))
  afterAll(() => site?.clear())

  it('are what the real Nova says today', { timeout: 600_000 }, async () => {
    const { authUrl, admin } = site.testbed
    const furnished = await furnish({ authUrl, admin, name: site.owner })
    try {
      const { 'expired-token-401': _old, ...recordings } = await kept()
      const { 'expired-token-401': _new, ...fresh } = await recordNova(furnished)
      const differences = compareRecordings(recordings, fresh)
      // Taken in the middle of something, these depend on who is quicker.
      expect(Object.entries(differences).filter(([name]) => !RACY.has(name))).toEqual([])
      expect(Object.keys(fresh).length).toBeGreaterThan(200)
    } finally {
      await furnished[Symbol.asyncDispose]()
    }
  })
})
