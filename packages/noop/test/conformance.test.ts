import { conformance, runConformance } from '@amphora/conformance'
import { defineDriver, type AmphoraComputeDriver, type DriverPlugin } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { noop, type NoopOptions } from '../src/index.ts'
import { noopSubject } from './subject.ts'

conformance({ describe, it }, noopSubject())

describe('as data', { timeout: 60_000 }, () => {
  it('Noop conforms: nothing is unproven, nothing deviates, nothing is left', async () => {
    const report = await runConformance(noopSubject(), { atOnce: 32 })
    expect(report.rules.filter(({ result }) => result !== 'passed' && result !== 'declared')).toEqual([])
    expect(report).toMatchObject({ driver: 'noop', backend: 'fake', verdict: 'conforms', left: [] })
  })

  it('a Noop that declares nothing conforms too, and refuses everything', async () => {
    const honest = noopSubject()
    const { control } = honest
    const report = await runConformance(
      {
        ...honest,
        name: 'frugal',
        plugin: frugal,
        // It leaves `status` out, so what goes wrong with a status goes wrong with the look that answers it.
        backend: {
          ...control,
          inject: (stage, fault) =>
            control.inject(stage, fault.on === 'status' ? { ...fault, on: 'getAmphora' } : fault),
        },
        driver: ({ world }) => frugal({ world, pageSize: 3, latencyMs: 2 }),
        request: () => ({ type: 'VM' }),
        otherRequest: () => ({ type: 'Container' }),
      },
      { atOnce: 32 },
    )
    expect(report.rules.filter(({ result }) => result !== 'passed' && result !== 'not-declared')).toEqual([])
    expect(report.rules.filter(({ id }) => id.includes('refuses-undeclared')).map(({ result }) => result)).toEqual(
      Array.from({ length: 14 }, () => 'passed'),
    )
    expect(report).toMatchObject({ driver: 'frugal', verdict: 'conforms', left: [] })
  })
})

const { definition } = noop

/** Noop with nothing but what every driver owes. */
const frugal: DriverPlugin<NoopOptions> = defineDriver({
  ...definition,
  name: 'frugal',
  capabilities: { types: ['VM', 'Container'] },
  connect: (settings, context) => {
    const driver = definition.connect(settings, context)
    const owed = new Set(['build', 'delete', 'getAmphora', 'find', 'list', 'check'])
    return Object.fromEntries(
      Object.entries(driver).filter(([verb]) => owed.has(verb)),
    ) as unknown as AmphoraComputeDriver
  },
})
