import { expect, it } from 'vitest'
import { openSite } from './setting.ts'

it('every request to a Caddy has a connection of its own, since each change ends those that others are about to use', async () => {
  const site = await openSite({ one: 'east' })
  const compute = await site.controller()
  await compute.delete(await site.build(compute, 'web'))
  const requests = site.boxes['one']?.server.requests() ?? []
  expect(requests.length).toBeGreaterThan(3)
  expect(new Set(requests.map(({ headers }) => headers.connection))).toEqual(new Set(['close']))
  await site.close()
})
