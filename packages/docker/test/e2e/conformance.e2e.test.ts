import { runConformance, type RuleReport, type Subject } from '@amphora/conformance'
import { dockerRequest } from '@amphora/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { docker } from '../../src/index.ts'
import { inspectRaw, missingEngine, openSite, post, remove, type Site } from './real-engine.ts'

const reason = await missingEngine()

/** Every container of the engine, whoever made it. */
async function containers(): Promise<readonly string[]> {
  const answer = await dockerRequest('/containers/json', { query: { all: '1' } })
  const rows = answer.json() as { readonly Id: string; readonly Names: readonly string[] }[]
  return rows.map((row) => `${row.Id} ${row.Names.join(' ')}`)
}

describe.skipIf(reason !== undefined)(
  `The driver contract on a real engine${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let site: Site
    let network: string
    beforeAll(async () => {
      site = await openSite()
      network = await site.network('conformance')
    })
    afterAll(() => site.clear())

    it('is kept: every rule that a real engine can be made to show', { timeout: 600_000 }, async () => {
      const request = { type: 'Container', imageId: site.testbed.images.haproxy } as const
      const subject: Subject = {
        name: '@amphora/docker on a real engine',
        plugin: docker,
        driver: () => docker({ pull: 'never' }),
        request: (name) => ({ ...request, name }),
        otherRequest: (name) => ({ ...request, name, flavor: { memoryMiB: 64 } }),
        secrets: [],
        options: { socketPath: site.testbed.socketPath, pull: 'never' },
        badOptions: [{ socketPath: 'relative', pull: 'always' }],
        unknownImage: 'nobody/nothing:1',
        attachTarget: { networkId: network },
        backend: {
          inventory: containers,
          plantForeign: async (_stage, name) => {
            const body = { Image: site.testbed.images.haproxy }
            const made = (await post('/containers/create', body, { name: `amphora-${name}` })).json() as { Id: string }
            await post(`/containers/${made.Id}/start`)
            await inspectRaw(made.Id)
            return { id: made.Id, [Symbol.asyncDispose]: async () => void (await remove(made.Id)) }
          },
        },
      }
      const report = await runConformance(subject, { backend: 'live' })
      const of = (result: RuleReport['result']): readonly string[] =>
        report.rules.filter((rule) => rule.result === result).map((rule) => rule.id)
      console.log(`passed on the real engine: ${of('passed').join(', ')}`)
      console.log(`left to the fake: ${of('left-to-fake').join(', ')}`)
      expect(report.rules.filter((rule) => rule.result === 'failed')).toEqual([])
      expect(report).toMatchObject({ verdict: 'conforms-live', left: [] })
      expect(of('passed').length).toBeGreaterThan(40)
    })
  },
)
