import { createCompute, type Amphora, type Compute, type DriverBinding } from '@amphora/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { docker, type capabilities } from '../../src/index.ts'
import { missingEngine, openSite, post, type Site } from './real-engine.ts'

const missing = await missingEngine()

describe.skipIf(missing !== undefined)(
  `The events of a real engine${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let site: Site
    let compute: Compute<{ local: DriverBinding<typeof capabilities> }>
    const seen: Amphora[] = []
    const stop = new AbortController()
    let watching: Promise<unknown>

    const words = (name: string): readonly string[] =>
      seen.filter((one) => one.name === name).map(({ status }) => status.raw)

    beforeAll(async () => {
      site = await openSite()
      compute = await createCompute({ drivers: { local: docker({}) }, owner: site.owner })
      watching = (async () => {
        for await (const amphora of compute.watch({ signal: stop.signal })) seen.push(amphora)
      })().catch((error: unknown) => error)
    })
    afterAll(async () => {
      stop.abort()
      await compute?.close()
      await site?.clear()
    })

    it('show every change of an amphora, its end included', async () => {
      const id = await compute.build({ name: 'seen', type: 'Container', imageId: site.testbed.images.haproxy })
      await expect.poll(() => words('seen'), { timeout: 10_000 }).toContain('running')
      await compute.suspend(id)
      await expect.poll(() => words('seen').at(-1), { timeout: 10_000 }).toBe('paused')
      await compute.resume(id)
      await expect.poll(() => words('seen').at(-1), { timeout: 10_000 }).toBe('running')
      await post(`/containers/${id.slice('local/'.length)}/kill`)
      await expect.poll(() => words('seen').at(-1), { timeout: 10_000 }).toBe('exited/137')
      await compute.delete(id)
      await expect.poll(() => seen.at(-1)?.status, { timeout: 10_000 }).toMatchObject({ state: 'deleted' })
      expect(seen.at(-1)?.id).toBe(id)
    })

    it('show what a health check finds, and memory that ran out', async () => {
      const health = await compute.build({ name: 'sick', type: 'Container', imageId: site.testbed.images.healthcheck })
      await expect.poll(() => words('sick').at(-1), { timeout: 20_000 }).toBe('running/unhealthy')
      await compute.delete(health)
      const imageId = await site.image('oom', site.testbed.images.busybox, ['tail', '/dev/zero'])
      const request = { name: 'full', type: 'Container', imageId, flavor: { memoryMiB: 16 } } as const
      const full = await compute.build(request)
      await expect
        .poll(() => seen.findLast(({ name }) => name === 'full')?.status.fault, { timeout: 20_000 })
        .toBe('out of memory')
      await compute.delete(full)
    })

    it('carry a wait, and end with the signal', async () => {
      const id = await compute.build({ name: 'waited', type: 'Container', imageId: site.testbed.images.haproxy })
      await compute.waitFor(id, 'active')
      const gone = compute.waitFor(id, 'deleted')
      await compute.delete(id)
      await gone
      stop.abort()
      expect(await watching).toMatchObject({ code: 'cancelled' })
    })
  },
)
