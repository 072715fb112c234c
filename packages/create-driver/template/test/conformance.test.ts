import { conformance, runConformance } from '@amphora/conformance'
import { describe, expect, it } from 'vitest'
import { subject } from './subject.ts'

conformance({ describe, it }, subject)

it('conforms, with nothing unproven', { timeout: 120_000 }, async () => {
  const { rules, left, verdict } = await runConformance(subject)
  expect(rules.filter(({ result }) => result === 'failed' || result === 'unproven')).toEqual([])
  expect(left).toEqual([])
  expect(verdict).toBe('conforms')
})
