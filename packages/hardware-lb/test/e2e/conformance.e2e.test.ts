import { createHash } from 'node:crypto'
import { runConformance, type Report, type Subject } from '@amphora/conformance'
import { applianceMissing } from '@amphora/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alteonVx, caddy } from '../../src/index.ts'
import { APPLY, openSite, SAVE, VADC, valueOf, type Site } from './real-appliances.ts'

const missing = await applianceMissing()
const flavors = { small: { units: 1 }, large: { units: 2, throughputMbps: 500 } }

describe.skipIf(missing !== undefined)(
  `The driver contract on real daemons${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let site: Site
    beforeAll(async () => {
      site = await openSite()
    })
    afterAll(() => site?.clear())

    it('is kept by caddy on Caddy', { timeout: 600_000 }, async () => {
      const request = { type: 'HWLoadBalancer', imageId: 'web' } as const
      const options = { inventory: { appliances: { box: site.caddy() } } }
      const servers = async (): Promise<Readonly<Record<string, { readonly '@id'?: string }>>> =>
        JSON.parse((await site.curl('/config/apps/http/servers')).stdout)
      const subject: Subject = {
        name: '@amphora/hardware-lb, caddy, on Caddy',
        plugin: caddy,
        driver: () => caddy({ inventory: JSON.stringify(options.inventory) }),
        request: (name) => ({ ...request, name }),
        otherRequest: (name) => ({ ...request, name, imageId: 'other' }),
        secrets: [site.testbed.snmp.authKey, site.testbed.snmp.privKey],
        options,
        badOptions: [{ inventory: 'appliances: []', namePrefix: 'a b' }],
        unknownImage: 'nothing',
        backend: {
          inventory: async () =>
            Object.entries(await servers()).map(
              ([name, { '@id': id = '' }]) => `box:${name}:${/^amphora:[^:]+:[^:]+:([^:@]+)/.exec(id)?.[1] ?? ''}`,
            ),
          plantForeign: async (_stage, name) => {
            const path = `/config/apps/http/servers/${name}`
            const json = ['-H', 'content-type: application/json', '-X', 'PUT', '-d', '{"listen":[],"routes":[]}']
            await site.curl(path, ...json)
            return {
              id: `box:${name}:`,
              [Symbol.asyncDispose]: async () => void (await site.curl(path, '-X', 'DELETE')),
            }
          },
        },
      }
      const report = await runConformance(subject, { backend: 'live' })
      tell(report)
      expect(report.rules.filter((rule) => rule.result === 'failed')).toEqual([])
      expect(report).toMatchObject({ verdict: 'conforms-live', left: [] })
      expect(of(report, 'passed').length).toBeGreaterThan(40)
    })

    it('is kept by alteon-vx on snmpd', { timeout: 600_000 }, async () => {
      const request = {
        type: 'HWLoadBalancer',
        flavor: 'small',
        imageId: 'standard',
        networkIds: ['front', 'back'],
      } as const
      const options = { inventory: { appliances: { box: site.alteon() }, flavors } }
      /** What holds and what is to hold, by index. */
      const names = async (table: string): Promise<ReadonlyMap<string, string>> => {
        const lines = await site.ask('snmpwalk', `${VADC}.${table}`)
        const rows = lines.map((line) => [/\.(\d+) /.exec(line)?.[1] ?? '', valueOf(line)] as const)
        return new Map(rows.filter(([index, name]) => index !== '' && name !== '' && !name.startsWith('No Such')))
      }
      const subject: Subject = {
        name: '@amphora/hardware-lb, alteon-vx, on snmpd',
        plugin: alteonVx,
        driver: () => alteonVx({ inventory: JSON.stringify(options.inventory) }),
        request: (name) => ({ ...request, name }),
        otherRequest: (name) => ({ ...request, name, flavor: 'large' }),
        secrets: [site.testbed.snmp.authKey, site.testbed.snmp.privKey],
        options,
        badOptions: [{ inventory: 'appliances: []', namePrefix: 'a b' }],
        unknownImage: 'nothing',
        backend: {
          inventory: async () => {
            const [current, wanted] = [await names('1.1.3.1.3'), await names('1.1.4.1.5')]
            return [
              ...[...current].map(([index, name]) => idOf(index, name)),
              ...[...wanted.keys()].filter((index) => !current.has(index)).map((index) => `not applied: ${index}`),
            ]
          },
          plantForeign: async (_stage, name) => {
            const taken = await names('1.1.4.1.5')
            const index = Array.from({ length: 28 }, (_, at) => String(28 - at)).find((one) => !taken.has(one)) ?? '28'
            const row = (column: number): string => `${VADC}.1.1.4.1.${column}.${index}`
            // In one datagram: what is only a candidate is dropped by a driver that is at work at the same time.
            await site.ask('snmpset', row(5), 's', name, row(8), 'i', '2', APPLY, 'i', '2')
            await site.ask('snmpset', SAVE, 'i', '2')
            return {
              id: idOf(index, name),
              [Symbol.asyncDispose]: async () => {
                await site.ask('snmpset', row(9), 'i', '2', APPLY, 'i', '2')
                await site.ask('snmpset', SAVE, 'i', '2')
              },
            }
          },
        },
      }
      const report = await runConformance(subject, { backend: 'live' })
      tell(report)
      expect(report.rules.filter((rule) => rule.result === 'failed')).toEqual([])
      expect(report).toMatchObject({ verdict: 'conforms-live', left: [] })
      expect(of(report, 'passed').length).toBeGreaterThan(40)
    })
  },
)

/** The driver's own id, made anew from what a witness has read. */
function idOf(index: string, native: string): string {
  return `box:${index}:${createHash('sha256').update(native).digest('hex').slice(0, 12)}`
}

/** The rules of a report that ended so. */
function of({ rules }: Report, result: string): readonly string[] {
  return rules.filter((rule) => rule.result === result).map((rule) => rule.id)
}

function tell(report: Report): void {
  console.log(`passed: ${of(report, 'passed').join(', ')}`)
  console.log(`left to the simulator: ${of(report, 'left-to-fake').join(', ')}`)
}
