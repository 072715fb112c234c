import { runConformance, type RuleReport, type Subject } from '@amphora/conformance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ironic } from '../../src/index.ts'
import { missing, openSite, type Site } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`

describe.skipIf(missing !== undefined)(`The driver contract on a real Ironic${skipped}`, () => {
  let site: Site
  beforeAll(async () => void (site = await openSite()))
  afterAll(() => site?.clear())

  it('is kept: every rule that a real Ironic can be made to show', { timeout: 1_200_000 }, async () => {
    const { ids } = site.testbed
    const more = { networkIds: [ids.networks.shared1] }
    const subject: Subject = {
      name: '@amphora/ironic on a real Ironic',
      plugin: ironic,
      driver: () => ironic(site.options()),
      request: (name) => site.request(name, more),
      otherRequest: (name) => site.request(name, { ...more, flavor: 'spare' }),
      secrets: [site.testbed.admin.password],
      options: { cloud: 'east', hardPowerOff: true },
      badOptions: [{ cloud: 7, pageSize: 0 }],
      limits: { callMs: 120_000 },
      unknownImage: 'no image has this name',
      backend: {
        inventory: () => site.inventory(),
        plantForeign: async (_stage, name) => planted(site, name),
      },
    }
    const report = await runConformance(subject, { backend: 'live' })
    const of = (result: RuleReport['result']): readonly string[] =>
      report.rules.filter((rule) => rule.result === result).map((rule) => rule.id)
    console.log(`passed on the real Ironic: ${of('passed').join(', ')}`)
    console.log(`left to the fake: ${of('left-to-fake').join(', ')}`)
    expect(report.rules.filter((rule) => rule.result === 'failed')).toEqual([])
    expect(report).toMatchObject({ verdict: 'conforms-live', left: [] })
    expect(of('passed').length).toBeGreaterThan(40)
  })
})

const WITH_CLASS = ['baremetal', 'allocation', 'create', '--resource-class', 'baremetal'] as const

/** A machine that the OpenStack client reserves and deploys. */
async function planted(site: Site, name: string): Promise<{ readonly id: string } & AsyncDisposable> {
  const allocation = await site.openstack<{ readonly uuid: string; readonly node_uuid: string }>(
    ...WITH_CLASS,
    '--name',
    `amphora-${name}`,
    '--wait',
  )
  const { uuid, node_uuid: node } = allocation
  await site.testbed.openstack(['baremetal', 'node', 'deploy', '--wait', '60', node], 'admin')
  return {
    id: uuid,
    [Symbol.asyncDispose]: async () => {
      await site.testbed.openstack(['baremetal', 'node', 'undeploy', '--wait', '60', node], 'admin')
    },
  }
}
