import { setTimeout as sleep } from 'node:timers/promises'
import { createCompute, type Compute, type DriverBinding } from '@amphora/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { docker, type capabilities } from '../../src/index.ts'
import { missingEngine, openSite, remove, type Site } from './real-engine.ts'

const BUILDS = 10

/** Why the engine is not killed here; `undefined` where it may be. */
async function forbidden(): Promise<string | undefined> {
  const missing = await missingEngine()
  if (missing !== undefined) return missing
  if (process.env['AMPHORA_TESTBED_MAY_STOP'] !== '1') {
    return 'AMPHORA_TESTBED_MAY_STOP is not 1, so others may be using the engine'
  }
  return undefined
}
const reason = await forbidden()

describe.skipIf(reason !== undefined)(
  `An engine that is killed in the middle of builds${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let site: Site
    let compute: Compute<{ local: DriverBinding<typeof capabilities> }>

    beforeAll(async () => {
      site = await openSite()
      if (!site.testbed.startedByTestbed)
        throw new Error('the testbed did not start the engine, and so may not kill it')
      // Without a breaker: after the engine's death it would keep the repeats away for a while, which is its job.
      compute = await createCompute({ drivers: { local: docker({}) }, owner: site.owner, breaker: false })
    })
    afterEach(async () => {
      for (const { Id } of await site.inventory()) await remove(Id)
    })
    afterAll(async () => {
      await compute?.close()
      await site?.clear()
      // A shim whose container is gone outlives it; a restart ends those that are left.
      await site?.testbed.restart()
    })

    it.each([
      ['its shims with it', 'end', 30],
      ['its shims with it', 'end', 400],
      ['its shims with it', 'end', 1200],
      ['its shims running on', 'keep', 30],
      ['its shims running on', 'keep', 400],
      ['its shims running on', 'keep', 1200],
    ] as const)(
      'and comes back, %s (%s, after %d ms): the builds repeated, there is one container a name and nothing else',
      async (_what, shims, afterMs) => {
        const requests = Array.from({ length: BUILDS }, (_, at) => ({
          name: `crash-${shims}-${afterMs}-${at}`,
          type: 'Container' as const,
          imageId: site.testbed.images.haproxy,
          configDriveFiles: { '/etc/amphora/x': 'x' },
        }))
        const first = requests.map((request) =>
          compute.build(request, { timeoutMs: 2_000 }).then(
            (id) => ({ id }),
            (error: { code: string; outcome: string }) => ({ code: error.code, outcome: error.outcome }),
          ),
        )
        await sleep(afterMs)
        await site.testbed.kill()
        const ends = await Promise.all(first)
        await site.testbed.restart({ shims })

        const ids = await Promise.all(requests.map((request) => compute.build(request)))
        const found = await site.inventory()
        const names = found.flatMap(({ Names }) => Names)
        expect([...names].sort()).toEqual(requests.map(({ name }) => `/${site.owner}-${name}`).sort())
        expect(found.map(({ Id }) => `local/${Id}`).sort()).toEqual([...ids].sort())
        // What was given out before the death is what is there after it.
        for (const [at, end] of ends.entries()) expect('id' in end ? end.id : ids[at]).toBe(ids[at])
        for (const end of ends) expect('outcome' in end ? end.outcome : 'in-doubt').toMatch(/in-doubt|not-created/)

        for (const id of ids) await compute.delete(id)
        await expect.poll(() => site.inventory(), { timeout: 30_000 }).toEqual([])
      },
      120_000,
    )
  },
)
