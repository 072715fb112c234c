import { createCompute, type Amphora, type Compute, type DriverBinding } from '@amphora/core'
import { applianceMissing } from '@amphora/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caddy } from '../../src/index.ts'
import { textIndex } from '../../src/snmp/guest-table.ts'
import { CADDY_TABLE, openSite, said, valueOf, type Site } from './real-appliances.ts'

const missing = await applianceMissing()

describe.skipIf(missing !== undefined)(
  `A tenant on Caddy${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let site: Site
    let compute: Compute<{ edge: DriverBinding }>
    const stop = new AbortController()
    const seen: Amphora[] = []

    beforeAll(async () => {
      site = await openSite()
      const one = await site.backend('one of the web servers')
      const settings = { listen: [site.testbed.caddy.listen], templates: { one: [one] } }
      const appliances = { box: site.caddy({ images: { web: 'one' }, settings }) }
      compute = await createCompute({ drivers: { edge: caddy({ inventory: { appliances } }) }, owner: site.owner })
    })
    afterAll(async () => {
      stop.abort()
      await compute?.close()
      await site?.clear()
    })

    /** What `curl` gets of the tenant: its text, or curl's own exit code, of which 7 is "could not connect". */
    async function traffic(address: string): Promise<string | number> {
      const { exitCode, stdout } = await said('curl', ['-sS', '-m', '5', `http://${address}/`])
      return exitCode === 0 ? stdout : exitCode
    }

    /** The state that snmpd tells, read by `snmpget`. */
    async function told(name: string): Promise<string> {
      const [line = ''] = await site.ask('snmpget', `${CADDY_TABLE}.2.${textIndex(name)}`)
      return valueOf(line)
    }

    const states = (): readonly string[] => seen.map(({ status: { state } }) => state)

    it('carries real traffic, none while it is suspended, and is seen over SNMP and by curl', async () => {
      const watching = (async () => {
        for await (const amphora of compute.watch({ signal: stop.signal })) seen.push(amphora)
      })().catch(() => undefined)
      const id = await compute.build({ name: 'shop', type: 'HWLoadBalancer', imageId: 'web' })
      const amphora = await compute.waitFor(id, 'active')
      const { stdout } = await site.curl('/config/apps/http/servers/shop')
      const server = JSON.parse(stdout) as { readonly '@id': string; readonly listen: readonly [string] }
      expect(server['@id']).toMatch(new RegExp(`^amphora:${site.owner}:[^:]+:[^:]+@127\\.0\\.0\\.1:\\d+$`))
      const [address] = server.listen
      expect(amphora.addresses).toEqual([{ ip: '127.0.0.1', family: 4 }])
      expect(await traffic(address)).toBe('one of the web servers')
      await expect.poll(() => told('shop'), { timeout: 5_000 }).toBe('1')
      await expect.poll(states, { timeout: 10_000 }).toContain('active')

      await compute.suspend(id)
      expect(await traffic(address)).toBe(7)
      expect(await compute.waitFor(id, 'suspended')).toMatchObject({ status: { raw: 'not listening' } })
      await expect.poll(() => told('shop'), { timeout: 5_000 }).toBe('2')
      await expect.poll(() => states().at(-1), { timeout: 10_000 }).toBe('suspended')

      await compute.resume(id)
      expect(await traffic(address)).toBe('one of the web servers')
      await expect.poll(() => states().at(-1), { timeout: 10_000 }).toBe('active')

      await compute.delete(id)
      expect(await traffic(address)).toBe(7)
      expect((await site.curl('/config/apps/http/servers/shop')).stdout.trim()).toBe('null')
      await expect.poll(() => told('shop'), { timeout: 5_000 }).toMatch(/^No Such Instance/)
      await expect.poll(() => states().at(-1), { timeout: 10_000 }).toBe('deleted')
      stop.abort()
      await watching
    })

    it('is reached with the certificate that Caddy knows, and not without', async () => {
      const { endpoint, ca } = site.testbed.caddy
      const tls = { ca: { file: ca } }
      const without = await createCompute({
        drivers: { edge: caddy({ inventory: { appliances: { box: site.caddy({ tls }) } } }) },
      })
      const [health] = await without.check()
      await without.close()
      expect(health?.failure?.code).toBe('failed-precondition')
      const { exitCode } = await said('curl', ['-sS', '--cacert', ca, `${endpoint}/config/apps/http/servers`])
      expect(exitCode).not.toBe(0)
      const [known] = await compute.check()
      expect([known?.failure, known?.warnings]).toEqual([undefined, []])
    })
  },
)
