import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '@amphora/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { inNewProcess } from './child.ts'
import { proxyTo, type Proxy } from './proxy.ts'
import { failure, missing, openSite, type NovaCompute, type Site } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`

describe.skipIf(missing !== undefined)(`One name, one server, on a real Nova${skipped}`, () => {
  let site: Site
  let proxy: Proxy
  let compute: NovaCompute
  beforeAll(async () => {
    site = await openSite()
    proxy = await proxyTo(site.testbed.endpoints.nova)
    compute = await site.connect(throughProxy())
  })
  afterEach(() => void (proxy.judge = () => 'pass'))
  afterAll(async () => {
    await site?.clear()
    await proxy?.close()
  })

  function throughProxy() {
    return { endpointOverride: { compute: `${proxy.url}/v2.1` } }
  }

  /** Loses every answer from that to the first create on, so that nobody can look what has become of it either. */
  function fromTheCreateOn(then: () => unknown = () => undefined): Proxy['judge'] {
    let created = false
    return ({ route }) => {
      if (!created && route === 'POST /v2.1/servers') {
        created = true
        then()
      }
      return created ? 'swallow' : 'pass'
    }
  }

  it('is built once where the answer to its create is lost', async () => {
    let lost = 0
    proxy.judge = ({ route }) => (route === 'POST /v2.1/servers' && (lost += 1) === 1 ? 'swallow' : 'pass')
    const name = `${site.owner}-lost`
    const id = await compute.build(site.request(name))
    expect(lost).toBe(1)
    expect((await site.servers(name)).map(({ ID }) => `east/${ID}`)).toEqual([id])
    await compute.waitFor(id, 'active')
  })

  it('is built once where every answer is lost until the deadline, and the build is repeated', async () => {
    proxy.judge = fromTheCreateOn()
    const name = `${site.owner}-again`
    const error = await failure(compute.build(site.request(name), { timeoutMs: 3_000 }))
    expect(error).toMatchObject({ outcome: 'in-doubt' })
    proxy.judge = () => 'pass'
    const id = await compute.build(site.request(name))
    expect((await site.servers(name)).map(({ ID }) => `east/${ID}`)).toEqual([id])
  })

  it('is the one that a process left behind that was killed right after its create', { timeout: 120_000 }, async () => {
    const name = `${site.owner}-killed`
    const killed = new AbortController()
    // Nova has acted by the time that the answer would have come.
    proxy.judge = fromTheCreateOn(() => setTimeout(() => killed.abort(), 2_000))
    const child = inNewProcess('return compute.build(input, { timeoutMs: 120_000 })', {
      owner: site.owner,
      options: site.options(throughProxy()),
      input: site.request(name),
      killed: killed.signal,
    })
    await expect(child).rejects.toMatchObject({ code: 'ABORT_ERR' })
    await expect(site.servers(name)).resolves.toHaveLength(1)
    proxy.judge = () => 'pass'
    const id = await compute.build(site.request(name))
    expect((await site.servers(name)).map(({ ID }) => `east/${ID}`)).toEqual([id])
  })

  it('is one where eight processes build it at once', { timeout: 180_000 }, async () => {
    const name = `${site.owner}-eight`
    const ended = AbortSignal.timeout(170_000)
    const errand = { owner: site.owner, options: site.options(), input: site.request(name), killed: ended }
    const code = `
      for (;;) {
        try { return await compute.build(input) }
        catch (error) { if (error.recovery?.retry !== 'with-backoff') throw error }
      }`
    const ids = await Promise.all(Array.from({ length: 8 }, () => inNewProcess(code, errand)))
    expect(new Set(ids).size).toBe(1)
    // Those that were taken back may still be on their way out.
    await expect
      .poll(async () => (await site.servers(name)).map(({ ID }) => `east/${ID}`), { timeout: 30_000, interval: 1_000 })
      .toEqual([ids[0]])
  })

  it('survives the end of the API in mid-build', { timeout: 180_000 }, async () => {
    const name = `${site.owner}-restart`
    const direct = await site.connect()
    await direct.check()
    const building = direct.build(site.request(name)).catch(() => undefined)
    await sleep(150)
    await site.testbed.kill('nova')
    await sleep(500)
    await site.testbed.start('nova')
    const id = (await building) ?? (await direct.build(site.request(name)))
    expect((await site.servers(name)).map(({ ID }) => `east/${ID}`)).toEqual([id])
    await direct.waitFor(id, 'active', { timeoutMs: 60_000 })
    await direct.delete(id)
    await direct.waitFor(id, 'deleted')
  })

  it('is never called gone while the API is down', { timeout: 120_000 }, async () => {
    const direct = await site.connect({}, { breaker: false })
    const id = await direct.build(site.request(`${site.owner}-outage`))
    await direct.waitFor(id, 'active')
    await site.testbed.kill('nova')
    try {
      expect(await failure(direct.status(id, { timeoutMs: 2_000 }))).toMatchObject({ code: 'unavailable' })
      expect(await failure(direct.delete(id, { timeoutMs: 2_000 }))).toMatchObject({ code: 'unavailable' })
      await expect(all(direct.list({ timeoutMs: 2_000 }))).rejects.toMatchObject({ code: 'unavailable' })
      const waiting = direct.waitFor(id, 'deleted', { timeoutMs: 3_000 })
      await expect(waiting).rejects.toMatchObject({ code: 'deadline-exceeded' })
    } finally {
      await site.testbed.start('nova')
    }
    await expect(direct.status(id)).resolves.toMatchObject({ state: 'active' })
    await direct.delete(id)
  })

  it('goes on with another login where the token ends in mid-operation', { timeout: 60_000 }, async () => {
    const given = [await site.testbed.token(4), await site.testbed.token(600)]
    const { auth = {} } = site.options()
    let asked = 0
    const token = (): string => given[Math.min(asked++, 1)] ?? ''
    const short = await site.connect({ auth: { authUrl: auth.authUrl, token } })
    await short.check()
    expect(asked).toBe(1)
    const begun = systemClock.monotonic()
    while (systemClock.monotonic() - begun < 6_000) {
      await short.check()
      await sleep(500)
    }
    expect(asked).toBe(2)
  })
})

async function all<T>(stream: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const one of stream) found.push(one)
  return found
}
