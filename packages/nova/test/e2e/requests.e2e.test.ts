import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proxyTo, type Proxy } from './proxy.ts'
import { missing, openSite, type NovaCompute, type Site } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`

describe.skipIf(missing !== undefined)(`Requests to a real OpenStack, counted at the socket${skipped}`, () => {
  let site: Site
  let proxies: Proxy[]
  let compute: NovaCompute
  let id: string

  /** In the order of services, not of time. */
  const taken = (): readonly string[] => proxies.flatMap((proxy) => proxy.take())

  beforeAll(async () => {
    site = await openSite()
    const { nova, glance, neutron, keystone } = site.testbed.endpoints
    proxies = await Promise.all([nova, glance, neutron, keystone].map((url) => proxyTo(new URL(url).origin)))
    const [compute_, image, network, identity] = proxies.map(({ url }) => url)
    const { auth = {} } = site.options()
    compute = await site.connect({
      auth: { ...auth, authUrl: `${identity}/v3` },
      endpointOverride: { compute: `${compute_}/v2.1`, image: image ?? '', network: network ?? '' },
    })
  })
  afterAll(async () => {
    await site?.clear()
    for (const proxy of proxies ?? []) await proxy.close()
  })

  it('are a login and a version document before the first', async () => {
    await compute.check()
    expect(taken()).toEqual(['GET /v2.1/', 'GET /v2.1/limits', 'POST /v3/auth/tokens'])
  })

  it('are one for a build under a fresh name', async () => {
    id = await compute.build({ ...site.request(''), name: undefined } as never)
    expect(taken()).toEqual(['POST /v2.1/servers'])
  })

  it('are three for a build under a name of the caller, and one for its repeat', async () => {
    await compute.build(site.request(`${site.owner}-counted`))
    expect(taken()).toEqual(['GET /v2.1/servers/detail', 'POST /v2.1/servers', 'GET /v2.1/servers/detail'])
    await compute.build(site.request(`${site.owner}-counted`))
    expect(taken()).toEqual(['GET /v2.1/servers/detail'])
  })

  it('are one each for names and tags of flavors and images, once in a while', async () => {
    const named = { flavor: 'm1.tiny', imageId: 'tag:amphora' }
    const fresh = { ...site.request(''), ...named, name: undefined } as never
    await compute.build(fresh)
    expect(taken()).toEqual(['GET /v2.1/flavors/detail', 'POST /v2.1/servers', 'GET /v2/images'])
    await compute.build(fresh)
    expect(taken()).toEqual(['POST /v2.1/servers'])
  })

  it('are one each for status, get and find', async () => {
    await compute.getAmphora({ id })
    expect(taken()).toEqual(['GET /v2.1/servers/{id}', 'GET /v2.0/networks'])
    await compute.status(id)
    expect(taken()).toEqual(['GET /v2.1/servers/{id}'])
    await compute.getAmphora({ id })
    expect(taken()).toEqual(['GET /v2.1/servers/{id}'])
    await compute.getAmphora({ name: `${site.owner}-counted` })
    expect(taken()).toEqual(['GET /v2.1/servers/detail'])
  })

  it('are one for each page of a sweep', async () => {
    const names: string[] = []
    for await (const { name } of compute.list()) names.push(name)
    expect(names).toHaveLength(4)
    expect(taken()).toEqual(['GET /v2.1/servers/detail'])
    const small = await site.connect({ ...pagesOf(3), endpointOverride: { compute: `${proxies[0]?.url}/v2.1` } })
    const found: string[] = []
    for await (const { name } of small.list()) found.push(name)
    expect(found.sort()).toEqual(names.sort())
    expect(taken().filter((route) => route === 'GET /v2.1/servers/detail')).toHaveLength(2)
  })

  it('are two for a delete, of which the first proves that it is ours', async () => {
    await compute.delete(id)
    expect(taken()).toEqual(['GET /v2.1/servers/{id}', 'DELETE /v2.1/servers/{id}'])
  })

  it('are one login for a hundred calls at once', async () => {
    const { auth = {} } = site.options()
    const many = await site.connect({
      auth: { ...auth, authUrl: `${proxies[3]?.url}/v3` },
      endpointOverride: { compute: `${proxies[0]?.url}/v2.1` },
    })
    const calls = Array.from({ length: 100 }, () => many.status('east/11111111-1111-4111-8111-111111111111'))
    const ends = await Promise.allSettled(calls)
    expect(new Set(ends.map((end) => (end.status === 'rejected' ? end.reason.name : 'found')))).toEqual(
      new Set(['InstanceNotFoundError']),
    )
    expect(taken().filter((route) => route === 'POST /v3/auth/tokens')).toHaveLength(1)
  })
})

function pagesOf(pageSize: number): { readonly pageSize: number } {
  return { pageSize }
}
