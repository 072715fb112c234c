import { createCompute, type Compute, type DriverBinding } from '@amphora/core'
import { applianceMissing } from '@amphora/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alteonVx } from '../../src/index.ts'
import { openSite, SAVE_PENDING, VADC, valueOf, type Site } from './real-appliances.ts'

const missing = await applianceMissing()
const flavors = { small: { units: 3 }, huge: { units: 27 } }

describe.skipIf(missing !== undefined)(
  `A vADC on snmpd${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let site: Site
    let compute: Compute<{ edge: DriverBinding }>

    beforeAll(async () => {
      site = await openSite()
      const inventory = { appliances: { box: site.alteon() }, flavors }
      compute = await createCompute({ drivers: { edge: alteonVx({ inventory }) }, owner: site.owner })
    })
    afterAll(async () => {
      await compute?.close()
      await site?.clear()
    })

    const request = (name: string, flavor: string): Parameters<typeof compute.build>[0] => ({
      name,
      type: 'HWLoadBalancer',
      flavor,
      imageId: 'standard',
      networkIds: ['front'],
    })

    async function one(oid: string): Promise<string> {
      const [line = ''] = await site.ask('snmpget', oid)
      return valueOf(line)
    }

    /** The names of this owner's vADCs that hold. */
    async function names(): Promise<readonly string[]> {
      const lines = await site.ask('snmpwalk', `${VADC}.1.1.3.1.3`)
      return lines.map(valueOf).filter((name) => name.startsWith(`${site.owner}-`))
    }

    it('lives from its build to its end by SNMP alone, as snmpget and snmpwalk see it', async () => {
      const free = Number(await one(`${VADC}.2.1.1.0`))
      const id = await compute.build(request('shop', 'small'))
      const amphora = await compute.waitFor(id, 'active')
      const index = /:(\d+):/.exec(id)?.[1] ?? ''
      expect(amphora.addresses).toEqual([{ ip: `192.0.2.${index}`, family: 4 }])
      expect(await names()).toEqual([expect.stringMatching(new RegExp(`^${site.owner}-shop\\.[a-z0-9]{5}$`))])
      expect(await one(`${VADC}.1.1.3.1.14.${index}`)).toBe('32.6.1.0')
      expect(await one(`${VADC}.2.1.3.1.3.${index}`)).toBe('2')
      expect(Number(await one(`${VADC}.2.1.1.0`))).toBe(free - 3)
      expect(await one(SAVE_PENDING)).toBe('2')

      await compute.suspend(id)
      await compute.waitFor(id, 'suspended')
      expect(await one(`${VADC}.1.1.3.1.6.${index}`)).toBe('3')
      await compute.resume(id)
      await compute.waitFor(id, 'active')
      expect(await one(`${VADC}.1.1.3.1.6.${index}`)).toBe('2')

      await compute.delete(id)
      expect(await names()).toEqual([])
      expect(Number(await one(`${VADC}.2.1.1.0`))).toBe(free)
      expect(await one(SAVE_PENDING)).toBe('2')
    })

    it('that there is no room for is refused, and leaves nothing to be applied', async () => {
      const id = await compute.build(request('first', 'small'))
      const error = await compute.build(request('second', 'huge')).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'resource-exhausted', outcome: 'not-created' })
      const wanted = (await site.ask('snmpwalk', `${VADC}.1.1.4.1.5`)).map(valueOf).filter((name) => name !== '')
      expect(wanted.filter((name) => name.startsWith(`${site.owner}-`))).toEqual(await names())
      expect(await names()).toHaveLength(1)
      await compute.delete(id)
      expect(await names()).toEqual([])
    })
  },
)
