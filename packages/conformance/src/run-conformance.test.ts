import { DeleteFailed } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { tinyPlugin, tinySubject, type Store } from '../test/tiny-driver.ts'
import type { BackendControl, Report, RuleReport, Subject } from './index.ts'
import { runConformance } from './index.ts'
import { rules } from './rules.ts'

/** As little control as makes the ledger count. */
const inventory: BackendControl<Store> = { inventory: (store) => [...store.keys()] }

function of(report: Report, id: string): RuleReport | undefined {
  return report.rules.find((rule) => rule.id === id)
}

describe('a driver that does everything right, on a backend that nobody controls', () => {
  it('is incomplete on a fake: what cannot be proved is unproven, never passed', async () => {
    const report = await runConformance(tinySubject())
    expect(report).toMatchObject({
      subject: 'tiny',
      driver: 'tiny',
      apiVersion: 1,
      backend: 'fake',
      verdict: 'incomplete',
      left: [],
    })
    expect(report.rules.map(({ id }) => id)).toEqual(rules.map(({ id }) => id))
    expect(report.rules.filter(({ result }) => result === 'failed')).toEqual([])
    expect(of(report, 'build/ten-at-once')).toMatchObject({ level: 'must', result: 'passed', ms: expect.any(Number) })
    expect(of(report, 'outage/list')).toEqual({
      id: 'outage/list',
      level: 'must',
      result: 'unproven',
      note: 'needs down',
    })
    expect(of(report, 'suspend/twice')).toMatchObject({ result: 'not-declared' })
    expect(of(report, 'build/refuses-undeclared-userData')).toMatchObject({ result: 'declared' })
    expect(of(report, 'build/refuses-undeclared-keys')).toMatchObject({ result: 'passed' })
  })

  it('conforms on a live backend, as far as that can be made to show', async () => {
    const report = await runConformance(tinySubject(), { backend: 'live' })
    expect(report.verdict).toBe('conforms-live')
    expect(of(report, 'outage/list')).toMatchObject({ result: 'left-to-fake' })
  })

  it('gets the report as JSON, and is told of each rule', async () => {
    const told: RuleReport[] = []
    let prefix = ''
    const report = await runConformance(tinySubject(), {
      onRule: (rule) => told.push(rule),
      onStart: (name) => (prefix = name),
    })
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
    expect(told.map(({ id }) => id).sort()).toEqual(rules.map(({ id }) => id).sort())
    expect(prefix).toBe(report.prefix)
  })
})

describe('a driver that never deletes', { timeout: 30_000 }, () => {
  const subject: Subject<Store> = {
    ...tinySubject(tinyPlugin(() => ({ delete: async () => {} }))),
    backend: inventory,
    limits: { stateMs: 100 },
  }

  it('fails, and the report names what is left', async () => {
    const report = await runConformance(subject, { atOnce: 50 })
    expect(report.verdict).toBe('fails')
    expect(of(report, 'delete/removes')?.result).toBe('failed')
    expect(of(report, 'hygiene/ledger')).toMatchObject({
      result: 'failed',
      note: expect.stringContaining('what is left'),
    })
    expect(report.left).toContainEqual(expect.stringMatching(/ \(made for build\/ten-at-once\)$/))
  })
})

describe('a deviation', () => {
  const deviation = { rule: 'delete/absent', reason: 'the backend forgets at once', until: '2026-12-31' } as const
  const now = (): Date => new Date('2026-06-01T00:00:00Z')
  const wrong = tinyPlugin((driver) => ({
    delete: async (id, call) => {
      await driver.getAmphora(id, call).catch((cause: unknown) => {
        throw new DeleteFailed('It is gone', { code: 'not-found', cause })
      })
      await driver.delete(id, call)
    },
  }))

  it('is told in the report, and the verdict with it', async () => {
    const deviations = [deviation, { ...deviation, rule: 'delete/twice' }] as const
    const report = await runConformance({ ...tinySubject(wrong), deviations }, { backend: 'live', now })
    expect(of(report, 'delete/absent')).toMatchObject({
      result: 'deviates',
      note: 'until 2026-12-31: the backend forgets at once',
    })
    expect(report.verdict).toBe('deviates')
  })

  it('fails the run once the rule passes', async () => {
    const report = await runConformance({ ...tinySubject(), deviations: [deviation] }, { backend: 'live', now })
    expect(of(report, 'delete/absent')).toMatchObject({ result: 'failed' })
    expect(report.verdict).toBe('fails')
  })

  it('is refused where there is no such rule', async () => {
    const deviations = [{ ...deviation, rule: 'delete/never' }] as const
    await expect(runConformance({ ...tinySubject(), deviations })).rejects.toThrow(
      /"tiny" cannot be used: a deviation names the rule "delete\/never"/,
    )
  })
})

describe('a run that is stopped', () => {
  it('begins nothing more, removes what was made, and leaves what it did not prove unproven', async () => {
    const stores: Store[] = []
    const stop = new AbortController()
    const wedged = tinyPlugin((driver) => ({
      build: async (order, call) => {
        const id = await driver.build(order, call)
        setTimeout(() => stop.abort(), 20)
        await new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason)))
        return id
      },
    }))
    const subject: Subject<Store> = {
      ...tinySubject(wedged),
      open: () => {
        const store: Store = new Map()
        stores.push(store)
        return store
      },
      limits: { callMs: 30_000, stateMs: 500 },
    }
    const report = await runConformance(subject, { stop: stop.signal, atOnce: 4 })
    expect(report.verdict).toBe('incomplete')
    expect(report.left).toEqual([])
    expect(stores.length).toBeLessThan(20)
    expect(stores.flatMap((store) => [...store])).toEqual([])
    expect(of(report, 'build/becomes-active')).toMatchObject({ result: 'unproven' })
  })
})

it('fails a rule that cannot even begin, and goes on', async () => {
  const subject: Subject<Store> = {
    ...tinySubject(),
    driver: () => {
      throw new Error('no engine here')
    },
  }
  const report = await runConformance(subject)
  expect(report.verdict).toBe('fails')
  expect(of(report, 'build/ten-at-once')).toMatchObject({ result: 'failed', note: 'no engine here' })
})
