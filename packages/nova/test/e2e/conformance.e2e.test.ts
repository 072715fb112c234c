import { runConformance, type RuleReport, type Subject } from '@amphora/conformance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nova } from '../../src/index.ts'
import { openLane, type Lane } from './lane.ts'
import { missing, openSite, type Site } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`
/** How many rules run at once, each in a project of its own. */
const LANES = 4

describe.skipIf(missing !== undefined)(`The driver contract on a real Nova${skipped}`, () => {
  let site: Site
  let lanes: readonly Lane[] = []
  beforeAll(async () => {
    site = await openSite()
    lanes = await Promise.all(Array.from({ length: LANES }, (_, index) => openLane(site, index)))
  })
  afterAll(async () => {
    for (const lane of lanes) await lane[Symbol.asyncDispose]()
    await site?.clear()
  })

  it('is kept: every rule that a real Nova can be made to show', { timeout: 1_200_000 }, async () => {
    const { ids } = site.testbed
    const { shared1, shared2 } = ids.networks
    const free = [...lanes]
    const subject: Subject<Lane> = {
      name: '@amphora/nova on a real Nova',
      plugin: nova,
      open: () => {
        const lane = free.pop()
        if (lane === undefined) throw new Error(`more than ${LANES} rules run at once`)
        return lane
      },
      close: (lane) => void free.push(lane),
      driver: (lane) => nova(lane.options()),
      request: (name) => site.request(name, { networkIds: [shared1] }),
      otherRequest: (name) => site.request(name, { networkIds: [shared1], flavor: ids.flavors['m1.small'] }),
      secrets: lanes.map(({ secret }) => secret),
      options: { cloud: 'east', settleMs: 60_000 },
      badOptions: [{ cloud: 7, pageSize: 0 }],
      unknownImage: '11111111-1111-4111-8111-111111111111',
      attachTarget: { networkId: shared2 },
      backend: {
        inventory: (lane) => lane.inventory(),
        plantForeign: (lane, name) => lane.plant(name),
      },
    }
    const report = await runConformance(subject, { backend: 'live', atOnce: LANES })
    const of = (result: RuleReport['result']): readonly string[] =>
      report.rules.filter((rule) => rule.result === result).map((rule) => rule.id)
    console.log(`passed on the real Nova: ${of('passed').join(', ')}`)
    console.log(`left to the fake: ${of('left-to-fake').join(', ')}`)
    expect(report.rules.filter((rule) => rule.result === 'failed')).toEqual([])
    expect(report).toMatchObject({ verdict: 'conforms-live', left: [] })
    expect(of('passed').length).toBeGreaterThan(40)
  })
})
