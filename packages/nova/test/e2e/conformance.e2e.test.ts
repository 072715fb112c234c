import { runConformance, type RuleReport, type Subject } from '@amphora/conformance'
import { logIn } from '@amphora/fake-openstack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nova } from '../../src/index.ts'
import { missing, openSite, type Site } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`

interface Row {
  readonly id: string
  readonly name?: string
}

describe.skipIf(missing !== undefined)(`The driver contract on a real Nova${skipped}`, () => {
  let site: Site
  beforeAll(async () => void (site = await openSite()))
  afterAll(() => site?.clear())

  it('is kept: every rule that a real Nova can be made to show', { timeout: 1_200_000 }, async () => {
    const { ids } = site.testbed
    const { authUrl, demo } = site.testbed
    const login = await logIn(authUrl, demo)
    const listed = async (type: 'compute' | 'network', path: string, key: string): Promise<readonly string[]> => {
      const answer = await fetch(`${login.origin(type)}${path}`, { headers: { 'x-auth-token': login.token } })
      const body = (await answer.json()) as Readonly<Record<string, readonly Row[]>>
      return (body[key] ?? []).map(({ id, name }) => `${key} ${id} ${name}`)
    }
    const subject: Subject = {
      name: '@amphora/nova on a real Nova',
      plugin: nova,
      driver: () => nova(site.options()),
      request: (name) => site.request(name),
      otherRequest: (name) => site.request(name, { flavor: ids.flavors['m1.small'] }),
      secrets: [site.testbed.demo.password],
      options: { cloud: 'east', settleMs: 60_000 },
      badOptions: [{ cloud: 7, pageSize: 0 }],
      unknownImage: '11111111-1111-4111-8111-111111111111',
      attachTarget: { networkId: ids.networks.shared1 },
      backend: {
        inventory: async () =>
          (
            await Promise.all([
              listed('compute', '/v2.1/servers', 'servers'),
              listed('compute', '/v2.1/os-server-groups', 'server_groups'),
              listed('network', '/v2.0/ports', 'ports'),
            ])
          ).flat(),
        plantForeign: async (_stage, name) => {
          const made = await site.openstack<{ readonly id: string }>([
            'server',
            'create',
            '--wait',
            '--flavor',
            ids.flavors['m1.tiny'],
            '--image',
            ids.images.tiny,
            '--network',
            ids.networks.net1,
            name,
          ])
          const gone = async (): Promise<void> =>
            void (await site.testbed.openstack(['server', 'delete', '--wait', made.id]))
          return { id: made.id, [Symbol.asyncDispose]: gone }
        },
      },
    }
    const report = await runConformance(subject, { backend: 'live' })
    const of = (result: RuleReport['result']): readonly string[] =>
      report.rules.filter((rule) => rule.result === result).map((rule) => rule.id)
    console.log(`passed on the real Nova: ${of('passed').join(', ')}`)
    console.log(`left to the fake: ${of('left-to-fake').join(', ')}`)
    expect(report.rules.filter((rule) => rule.result === 'failed')).toEqual([])
    expect(report).toMatchObject({ verdict: 'conforms-live', left: [] })
    expect(of('passed').length).toBeGreaterThan(40)
  })
})
