import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { play, type Scenario } from './builders.ts'

const death = fc.record({
  at: fc.nat({ max: 7 }),
  how: fc.constantFrom('before' as const, 'after' as const, 'late' as const),
})
const nodes = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]

/** What is true in the end, and has been at every instant. */
async function played(scenario: Scenario): Promise<object> {
  await using outcome = await play(scenario)
  const { fake, ids, violations } = outcome
  await fake.settle()
  const active = fake.nodes().filter(({ provisionState }) => provisionState === 'active')
  const id = active[0]?.instanceUuid
  const others = fake.nodes().filter((node) => node !== active[0])
  const written = others.flatMap(({ instanceInfo }) => Object.keys(instanceInfo).filter((key) => key !== 'traits'))
  return {
    machines: active.length,
    toldOtherwise: ids.filter((told) => told !== id),
    surplus: fake.allocations().filter(({ uuid }) => uuid !== id),
    written,
    violations,
    unexpected: fake.server.unexpected(),
  }
}

const ONE_MACHINE = { machines: 1, toldOtherwise: [], surplus: [], written: [], violations: [], unexpected: [] }

describe('one name', { timeout: 240_000 }, () => {
  it('is one machine, in whatever order the requests of three builders arrive', async () => {
    const scenario = fc.record({
      deaths: fc.constant([undefined, undefined, undefined]),
      choices: fc.array(fc.nat({ max: 5 }), { minLength: 30, maxLength: 60 }),
      nodes: fc.constant(nodes),
    })
    const property = fc.asyncProperty(scenario, async (one) => {
      expect(await played(one)).toEqual(ONE_MACHINE)
    })
    await fc.assert(property, { numRuns: 25 })
  })

  it('is one machine where builders die at any request, and are built again', async () => {
    const scenario = fc.record({
      deaths: fc.array(fc.option(death, { nil: undefined }), { minLength: 1, maxLength: 3 }),
      choices: fc.array(fc.nat({ max: 5 }), { minLength: 30, maxLength: 90 }),
      nodes: fc.constant(nodes),
    })
    const property = fc.asyncProperty(scenario, async (one) => {
      expect(await played(one)).toEqual(ONE_MACHINE)
    })
    await fc.assert(property, { numRuns: 25 })
  })

  it('is one machine where nodes become unfit, and fit again, at any moment', async () => {
    const scenario = fc.record({
      deaths: fc.array(fc.option(death, { nil: undefined }), { minLength: 1, maxLength: 2 }),
      choices: fc.array(fc.nat({ max: 5 }), { minLength: 30, maxLength: 90 }),
      nodes: fc.constant(nodes),
      moods: fc.array(fc.nat({ max: 8 }), { minLength: 20, maxLength: 40 }),
    })
    const property = fc.asyncProperty(scenario, async ({ moods, ...rest }) => {
      const meddle: NonNullable<Scenario['meddle']> = (fake, nth) => {
        const mood = moods[nth] ?? 0
        for (const [index, node] of fake.nodes().entries()) {
          node.maintenance = (mood & (1 << index)) !== 0 && node.provisionState === 'available'
        }
      }
      expect(await played({ ...rest, meddle })).toEqual(ONE_MACHINE)
    })
    await fc.assert(property, { numRuns: 25 })
  })

  it.each(['before', 'after', 'late'] as const)(
    'is one machine where its builder dies %s any of its requests',
    async (how) => {
      for (let at = 0; at < 6; at += 1) {
        expect(await played({ deaths: [{ at, how }], choices: [], nodes })).toEqual(ONE_MACHINE)
      }
    },
  )

  it('is one machine however late the last request of a dead builder arrives', async () => {
    for (let before = 0; before < 10; before += 1) {
      const choices = [0, 0, 0, 0, 0, ...Array.from({ length: before }, () => 1), 0]
      const scenario: Scenario = { deaths: [{ at: 4, how: 'late' }], choices, nodes }
      expect(await played(scenario)).toEqual(ONE_MACHINE)
    }
  })
})
