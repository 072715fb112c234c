import { InvalidRequestError } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { bench, callOf, contextOf, orderOf } from '../test/bench.ts'
import { createManualClock, noop, World, type NoopOptions } from './index.ts'
import { optionsJsonSchema } from './options-json-schema.ts'

const everything: NoopOptions = {
  latencyMs: 1,
  settleMs: 2,
  pageSize: 3,
  pollMs: 4,
  refuses: ['userData'],
  buildMs: 5,
  deleteMs: 6,
  suspendMs: 7,
  resumeMs: 8,
  uniqueNames: false,
  capacity: 9,
  hosts: 10,
  hostCapacity: 11,
  images: ['i'],
  flavors: ['f'],
  zones: ['z'],
  networks: ['n'],
  secGroups: ['s'],
}

describe('options', () => {
  it('may all be left out', () => {
    expect(noop({}).settleMs).toBe(0)
  })

  it('survive JSON', () => {
    const back: NoopOptions = JSON.parse(JSON.stringify(everything))
    expect(back).toEqual(everything)
    expect(noop(back).settleMs).toBe(2)
  })

  it('are refused with every problem at once', () => {
    const bad = {
      latencyMs: -1,
      buildMs: 'soon',
      capacity: 1.5,
      hosts: 0,
      images: [''],
      refuses: ['type'],
      colour: 'red',
      taste: 'sweet',
      world: {},
    }
    const problems = problemsOf(bad)
    expect(problems).toHaveLength(9)
    for (const key of Object.keys(bad)) expect(problems.join('\n')).toContain(`, ${key}`)
    expect(problems.join('\n')).toContain('colour: is no option of this driver')
    expect(problems.join('\n')).not.toContain('sweet')
  })

  it('are no options where they are not an object', () => {
    expect(problemsOf('fast')).toHaveLength(1)
  })

  it('beside a world are only those of the binding', () => {
    expect(() =>
      noop({ world: new World(), latencyMs: 1, settleMs: 1, pageSize: 1, pollMs: 1, refuses: [] }),
    ).not.toThrow()
    const problems = problemsOf({ world: new World(), buildMs: 1, capacity: 2 })
    expect(problems.map((problem) => /(\w+) belongs to the world/.exec(problem)?.[1])).toEqual(['buildMs', 'capacity'])
  })

  it('are known to the JSON Schema, all but the world', () => {
    expect(Object.keys(optionsJsonSchema.properties).sort()).toEqual(Object.keys(everything).sort())
  })

  it('of the wrong type do not compile', () => {
    // @ts-expect-error milliseconds are a number
    expect(() => noop({ buildMs: '5' })).toThrow(InvalidRequestError)
    // @ts-expect-error there is no such option
    expect(() => noop({ color: 1 })).toThrow(InvalidRequestError)
    // @ts-expect-error a type cannot be refused
    expect(() => noop({ refuses: ['type'] })).toThrow(InvalidRequestError)
  })
})

describe('worlds', () => {
  it('two bindings share none, unless they are given one', async () => {
    const clock = createManualClock()
    const [first, second] = [noop({}), noop({})].map((binding) => binding.connect(contextOf('ours', clock)))
    await first?.build(orderOf('a'), callOf())
    expect(await second?.find('a', callOf())).toEqual([])
    const { driver, driverOf } = bench()
    await driver.build(orderOf('a'), callOf())
    expect(await driverOf('ours').find('a', callOf())).toHaveLength(1)
  })

  it('one binding is one world, however often it is connected', async () => {
    const clock = createManualClock()
    const binding = noop({})
    const [first, second] = [0, 1].map(() => binding.connect(contextOf('ours', clock)))
    await first?.build(orderOf('a'), callOf())
    expect(await second?.find('a', callOf())).toHaveLength(1)
  })
})

function problemsOf(options: unknown): readonly string[] {
  try {
    Reflect.apply(noop, undefined, [options])
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.problems
    throw error
  }
  return []
}
