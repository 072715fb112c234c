import { inspect } from 'node:util'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { systemClock } from './clock.ts'
import { defineDriver, type DriverContext, type DriverPlugin } from './define-driver.ts'
import { DriverLoadError, InvalidRequestError } from './errors.ts'
import { silentLogger } from './logger.ts'

const context: DriverContext = {
  owner: 'o',
  logger: silentLogger,
  signal: new AbortController().signal,
  clock: systemClock,
}
const LONGEST_MS = 2_147_483_647

/** A definition, with whatever is changed about it, as a driver without types would write it. */
function define(changes: object = {}): DriverPlugin {
  const definition = {
    apiVersion: 1,
    name: 'acme',
    capabilities: { types: ['VM'] },
    options: v.object({ token: v.optional(v.string(), 'default') }),
    connect: (...given: readonly unknown[]) => given,
    ...changes,
  }
  return Reflect.apply(defineDriver, undefined, [definition])
}

function refusal(changes: object): string {
  try {
    define(changes)
  } catch (error) {
    if (error instanceof DriverLoadError) return error.message.replace('A driver cannot be defined so: ', '')
    throw error
  }
  throw new Error('the definition was not refused')
}

describe('a plugin', () => {
  it('binds options and connects with what the schema made of them', () => {
    const plugin = define()
    const binding = plugin({})
    expect(binding.plugin).toBe(plugin)
    expect(binding.connect(context)).toEqual([{ token: 'default' }, context])
    expect(plugin({ token: 'x' }).connect(context)).toEqual([{ token: 'x' }, context])
  })

  it('takes no options for empty ones', () => {
    expect(define()(undefined).connect(context)).toEqual([{ token: 'default' }, context])
    const wanting = define({ options: v.object({ token: v.string('is a text') }) })
    expect(() => wanting(undefined)).toThrow(/options of driver "acme", token: /)
  })

  it('refuses options that break a rule, before anything is connected', () => {
    expect(() => define()({ token: 7 })).toThrow(InvalidRequestError)
    expect(() => define()({ token: 7 })).toThrow('options of driver "acme", token: Invalid type')
  })

  it('calls nothing until it is connected, and then each time', () => {
    let connected = 0
    const binding = define({ connect: () => (connected += 1) })({})
    expect(connected).toBe(0)
    binding.connect(context)
    binding.connect(context)
    expect(connected).toBe(2)
  })

  it('keeps what it was defined by, also where that is changed later', () => {
    const definition = {
      apiVersion: 1,
      name: 'acme',
      capabilities: { types: ['VM'] },
      options: v.object({}),
      connect: () => ({}),
    }
    const plugin: DriverPlugin = Reflect.apply(defineDriver, undefined, [definition])
    definition.name = 'other'
    expect(plugin.definition.name).toBe('acme')
    expect([plugin, plugin.definition, plugin({})].every((part) => Object.isFrozen(part))).toBe(true)
  })

  it('shows no option in any inspection', () => {
    const plugin = define()
    const binding = plugin({ token: 'canary-7f3a' })
    expect(inspect([plugin, binding], { depth: 20, showHidden: true, getters: true })).not.toContain('canary')
    expect(JSON.stringify(binding)).not.toContain('canary')
  })
})

describe('the settle window', () => {
  it('is 0 where it is left out, a number, or what a function makes of the options', () => {
    expect(define()({}).settleMs).toBe(0)
    expect(define({ settleMs: 30_000 })({}).settleMs).toBe(30_000)
    expect(define({ settleMs: ({ token }: { readonly token: string }) => token.length })({}).settleMs).toBe(7)
  })

  it('is milliseconds from 0', () => {
    for (const settleMs of [0, 0.5, LONGEST_MS]) expect(define({ settleMs })({}).settleMs).toBe(settleMs)
    for (const settleMs of [-1, Number.NaN, LONGEST_MS + 1, '5', null]) {
      expect(refusal({ settleMs })).toBe('settleMs is milliseconds from 0 to 2147483647')
      expect(() => define({ settleMs: () => settleMs })({})).toThrow(
        new DriverLoadError('Driver "acme": settleMs is milliseconds from 0 to 2147483647'),
      )
    }
  })
})

describe('a definition', () => {
  it('of another contract version is refused with both versions named, and nothing else is looked at', () => {
    for (const apiVersion of [2, 0, '1', undefined]) {
      expect(refusal({ apiVersion, name: 'Bad' })).toBe(
        `it is written for version ${String(apiVersion)} of the driver contract, this core speaks 1`,
      )
    }
  })

  it('is told every problem at once', () => {
    const wrong = {
      name: 'A',
      capabilities: {},
      options: {},
      connect: {},
      settleMs: -1,
      timeouts: { build: 0 },
      wait: {},
      naming: {},
    }
    expect(refusal(wrong).split('; ')).toEqual([
      'its name is 1 to 31 lower case letters, digits and hyphens, a letter first',
      'found "A"',
      'capabilities.types names at least one of VM, Container, BareMetal, HWLoadBalancer and nothing else',
      'options is not a Standard Schema',
      'connect is not a function',
      'settleMs is milliseconds from 0 to 2147483647',
      'timeouts.build is milliseconds above 0 and at most 2147483647',
      'wait.pollMs is milliseconds above 0 and at most 2147483647',
      'wait.timeoutMs is milliseconds above 0 and at most 2147483647',
      'naming is { maxLength, pattern }, a number and a regular expression',
    ])
  })

  it('has a name of 1 to 31 lower case letters, digits and hyphens, a letter first', () => {
    for (const name of ['a', 'hardware-lb', 'a1', `a${'b'.repeat(30)}`])
      expect(define({ name }).definition.name).toBe(name)
    for (const name of ['', 'A', '1a', '-a', 'a_b', 'a/b', 'a\n', `a${'b'.repeat(31)}`, 7, undefined]) {
      expect(refusal({ name })).toMatch(/^its name is 1 to 31 lower case letters/)
    }
  })

  it('has an options schema that validates', () => {
    for (const options of [
      undefined,
      null,
      {},
      { '~standard': {} },
      { '~standard': { validate: true } },
      v.object({})['~standard'],
    ]) {
      expect(refusal({ options })).toBe('options is not a Standard Schema')
    }
  })

  it('streams from a whole number of waiters on', () => {
    const wait = { pollMs: 1, timeoutMs: 5 }
    expect(define({ wait: { ...wait, streamFrom: 8 } }).definition.wait?.streamFrom).toBe(8)
    for (const streamFrom of [0, 1.5, -1, Number.NaN, '8', null]) {
      expect(refusal({ wait: { ...wait, streamFrom } })).toMatch(/^wait\.streamFrom must be a whole number from 1 on/)
    }
  })

  it('has times that a timer can hold', () => {
    const times = { build: 1, delete: LONGEST_MS, getAmphora: 0.5 }
    expect(define({ timeouts: times, wait: { pollMs: 1, timeoutMs: LONGEST_MS } }).definition.timeouts).toEqual(times)
    for (const ms of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, LONGEST_MS + 1, '5', null]) {
      expect(refusal({ timeouts: { build: 5, delete: ms } })).toBe(
        'timeouts.delete is milliseconds above 0 and at most 2147483647',
      )
      expect(refusal({ wait: { pollMs: ms, timeoutMs: 5 } })).toBe(
        'wait.pollMs is milliseconds above 0 and at most 2147483647',
      )
      expect(refusal({ wait: { pollMs: 5, timeoutMs: ms } })).toBe(
        'wait.timeoutMs is milliseconds above 0 and at most 2147483647',
      )
    }
  })

  it('leaves core room for a name of its own', () => {
    const room = { maxLength: 12, pattern: /[a-z0-9]+/ }
    expect(define({ naming: room }).definition.naming).toBe(room)
    expect(refusal({ naming: { maxLength: 11, pattern: /[a-z0-9]+/ } })).toBe(
      'no name that core makes fits naming (at most 11 characters, /[a-z0-9]+/); it takes 12 lower case letters and digits at least',
    )
    expect(refusal({ naming: { maxLength: 63, pattern: /[0-9]+/ } })).toMatch(/^no name that core makes fits naming/)
    for (const naming of [
      { maxLength: 63 },
      { pattern: /a/ },
      { maxLength: '63', pattern: /a/ },
      { maxLength: 63, pattern: '[a-z]+' },
    ]) {
      expect(refusal({ naming })).toBe('naming is { maxLength, pattern }, a number and a regular expression')
    }
  })
})
