import { inspect } from 'node:util'
import { setTimeout as realTime } from 'node:timers/promises'
import * as fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { OptionsSchema } from './define-driver.ts'
import { parseOptions } from './driver-options.ts'
import { InvalidRequestError } from './errors.ts'

type Validate = OptionsSchema<unknown>['~standard']['validate']

/** A schema of a library that nobody knows. */
function schemaOf(validate: Validate): OptionsSchema<unknown> {
  return { '~standard': { version: 1, vendor: 'acme', validate } }
}

function saying(...issues: readonly unknown[]): OptionsSchema<unknown> {
  return schemaOf(() => ({ issues }))
}

function refusal(schema: OptionsSchema<unknown, unknown>, input: unknown): InvalidRequestError {
  try {
    parseOptions('acme', schema, input)
  } catch (error) {
    if (error instanceof InvalidRequestError) return error
    throw error
  }
  throw new Error('the options were not refused')
}

/** What is left of a message about these very options; of others the schema says something else. */
function messageAbout(input: unknown, message: string): string {
  const schema = schemaOf((value) => ({ issues: [{ message: value === input ? message : 'it is not that' }] }))
  return refusal(schema, input).message.replace('options of driver "acme": ', '')
}

describe('the options of a driver', () => {
  it('are what the schema makes of them', () => {
    const schema = v.object({ port: v.optional(v.pipe(v.string(), v.transform(Number)), '80') })
    expect(parseOptions('acme', schema, { port: '81' })).toEqual({ port: 81 })
    expect(parseOptions('acme', schema, {})).toEqual({ port: 80 })
    expect(
      parseOptions(
        'acme',
        schemaOf(() => ({ value: undefined })),
        7,
      ),
    ).toBeUndefined()
    expect(
      parseOptions(
        'acme',
        schemaOf(() => ({ value: 1, issues: undefined })),
        7,
      ),
    ).toBe(1)
  })

  it('are told every problem at once, with its path', () => {
    const schema = v.strictObject({ host: v.string(), auth: v.object({ users: v.array(v.string()) }) })
    expect(refusal(schema, { auth: { users: ['a', 7] }, hots: 'x' }).problems).toEqual([
      'options of driver "acme", host: Invalid key: Expected "host" but received undefined',
      'options of driver "acme", auth.users.1: Invalid type: Expected string but received [redacted]',
      'options of driver "acme", hots: Invalid key: Expected never but received "hots"',
    ])
  })

  it('have paths of keys, with or without an object around them', () => {
    const path = ['a', 0, { key: 'b' }, Symbol('c')]
    expect(refusal(saying({ message: 'm', path }), {}).problems).toEqual([
      'options of driver "acme", a.0.b.Symbol(c): m',
    ])
    expect(refusal(saying({ message: 'm', path: [] }), {}).problems).toEqual(['options of driver "acme": m'])
    expect(refusal(saying({ message: 'm', path: undefined }, { message: 'n' }), {}).message).toBe(
      'options of driver "acme": m; options of driver "acme": n',
    )
  })

  it('are refused by a schema that says something else than text', () => {
    expect(refusal(saying({ message: 7 }, {}), {}).problems).toEqual([
      'options of driver "acme": 7',
      'options of driver "acme": undefined',
    ])
  })
})

describe('a schema that does not answer at once', () => {
  const rule = 'the options schema of driver "acme" answers at once { value } or { issues }; found '

  it('is refused, and its promise ends no process', async () => {
    const schema = v.pipeAsync(
      v.string(),
      v.checkAsync(async () => true),
    )
    expect(refusal(Object.assign(saying(), schema), 'x').message).toBe(`${rule}a promise`)
    const rejecting = schemaOf(() => Promise.reject(new Error('nobody waits for this')))
    expect(refusal(rejecting, 'x').message).toBe(`${rule}a promise`)
    await realTime(0)
  })

  it.each([undefined, null, 'x', 7, {}])('is refused where it answers %j', (answer) => {
    expect(
      refusal(
        schemaOf(() => answer),
        'x',
      ).message,
    ).toBe(`${rule}something else`)
  })

  it('is refused where it throws, and its words are left out', () => {
    const error = refusal(
      schemaOf((value) => {
        throw new Error(`cannot use ${String(value)}`)
      }),
      'canary-7f3a',
    )
    expect(error.message).toBe('the options of driver "acme" cannot be checked: their schema throws')
    expect(error.cause).toBeInstanceOf(Error)
    expect(inspect(error, { depth: 9 })).not.toContain('canary')
  })
})

describe('the values of options', () => {
  const canary = 'canary-7f3a'

  it('are taken out of what valibot says', () => {
    const picky = v.looseObject({
      token: v.picklist(['x']),
      url: v.pipe(v.string(), v.url()),
      pin: v.string(),
      big: v.string(),
      list: v.array(v.literal('x')),
      deep: v.object({ deeper: v.object({ password: v.pipe(v.string(), v.regex(/^$/)) }) }),
    })
    const input = {
      token: canary,
      url: canary,
      pin: 4711,
      big: 987_654_321n,
      list: [canary],
      deep: { deeper: { password: canary } },
    }
    const error = refusal(picky, input)
    expect(error.problems).toHaveLength(6)
    for (const value of [canary, '4711', '987654321']) {
      expect(inspect(error, { depth: 9 })).not.toContain(value)
      expect(JSON.stringify(error)).not.toContain(value)
    }
    expect(error.message).toContain('Expected "x" but received "[redacted]"')
  })

  it('are taken out however they are quoted', () => {
    const text = 'pa"ss\nw\\ord'
    expect(messageAbout({ text }, `got ${text}, ${JSON.stringify(text)} and '${text}'`)).toBe(
      `got [redacted], "[redacted]" and '[redacted]'`,
    )
  })

  it('are taken out whatever they are, wherever they stand', () => {
    class Holder {
      readonly secret: string = canary
    }
    for (const input of [
      canary,
      [canary],
      { a: { b: [{ c: canary }] } },
      new Holder(),
      Object.assign(Object.create(null), { canary }),
    ]) {
      expect(messageAbout(input, `got ${canary}`)).toBe('got [redacted]')
    }
    expect(messageAbout({ a: 123_456, b: -1.5, c: 7n, d: 1e21 }, 'got 123456, -1.5, 7 and 1e+21')).toBe(
      'got [redacted], [redacted], [redacted] and [redacted]',
    )
  })

  it('are taken out longest first, so that no part of one is left', () => {
    expect(messageAbout(['secret', 'secretive-word', 'word'], 'got secretive-word')).toBe('got [redacted]')
    expect(messageAbout({ a: ['abcd'], b: { c: 'abcdefgh' } }, 'got abcdefgh')).toBe('got [redacted]')
  })

  it('are taken out also where the library has cut them off', () => {
    const long = 'https://user:password@host/path'
    expect(messageAbout({ long }, 'got "https://user:pass…", not a name')).toBe('got "[redacted]…", not a name')
    expect(messageAbout({ long }, 'expected https:// or http://')).toBe('expected https:// or http://')
    expect(messageAbout({ long: '123456789abc' }, 'got 123456789…')).toBe('got [redacted]…')
    expect(messageAbout({ long: '123456789abc' }, 'got 12345678…')).toBe('got 12345678…')
    expect(messageAbout({ long: '123456789abc' }, '123456789123456789abcabc, 123456789ab')).toBe(
      '[redacted][redacted]abc, [redacted]',
    )
  })

  it('of less than four characters are taken out where they stand alone', () => {
    expect(messageAbout({ a: 'abc' }, 'abc and "abc", abc')).toBe('[redacted] and "[redacted]", [redacted]')
    expect(messageAbout({ a: 'abc' }, 'xabc abcx _abc abc1')).toBe('xabc abcx _abc abc1')
    expect(messageAbout({ a: 5 }, 'at most 15, found 5')).toBe('at most 15, found [redacted]')
    expect(messageAbout({ a: 'abcd' }, 'xabcdx')).toBe('x[redacted]x')
  })

  it('stall the event loop for no more than 50 ms where they are long, and a busy machine gets five times that', () => {
    const long = 'ab'.repeat(500_000)
    const start = performance.now()
    expect(messageAbout({ long }, `got ${long.slice(0, -1)}!`)).toBe('got [redacted]!')
    expect(performance.now() - start).toBeLessThan(250)
  })

  it('that are empty, or of no text, change nothing', () => {
    expect(messageAbout({ a: '', b: null, c: undefined, d: true, e: () => canary }, 'is true or null')).toBe(
      'is true or null',
    )
  })

  it('may hold anything without end: cycles, and bytes', () => {
    const cyclic: Record<string, unknown> = { canary }
    for (const name of ['a', 'b', 'c']) cyclic[name] = { cyclic, again: cyclic, [name]: [cyclic, cyclic] }
    expect(messageAbout(cyclic, `got ${canary}`)).toBe('got [redacted]')
    expect(messageAbout({ bytes: Uint8Array.of(77) }, 'at least 77')).toBe('at least 77')
  })

  it('leave a rule as it is that is told of any values, whatever words they hold', () => {
    const cloud = v.object({
      interface: v.picklist(['public', 'admin'], 'must be "public" or "admin"'),
      username: v.string(),
      pageSize: v.pipe(v.number(), v.minValue(1, 'must be at least 1')),
      settleMs: v.pipe(v.number(), v.minValue(0, 'must be at least 0')),
    })
    const input = { interface: 'publicURL', username: 'admin', pageSize: 0, settleMs: -1 }
    expect(refusal(cloud, input).problems).toEqual([
      'options of driver "acme", interface: must be "public" or "admin"',
      'options of driver "acme", pageSize: must be at least 1',
      'options of driver "acme", settleMs: must be at least 0',
    ])
    const both = v.pipe(
      v.object({ password: v.string(), token: v.string() }),
      v.check(() => false, 'password and token exclude each other'),
    )
    expect(refusal(both, { password: 'password', token: 'token' }).message).toContain(
      'password and token exclude each other',
    )
  })

  it('are taken out of a rule that is told of any values where they cannot be told from others', () => {
    class Holder {
      readonly secret: string = canary
    }
    for (const input of [new Holder(), { a: new Holder() }, '密碼密碼', ['+/+/+/+/']]) {
      const said = typeof input === 'string' ? input : Array.isArray(input) ? '+/+/+/+/' : canary
      expect(refusal(saying({ message: `got ${said}` }), input).message).toContain('got [redacted]')
    }
  })

  it('that are documents begin with a line, not with a word', () => {
    const inventory = 'appliances:\n  rack-1: {}\n'
    expect(messageAbout({ inventory }, 'is no field of an appliance')).toBe('is no field of an appliance')
    expect(messageAbout({ inventory }, `got ${JSON.stringify(inventory).slice(0, 16)}…`)).toBe('got "[redacted]…')
  })

  it('of any text and number occur in no message that quotes them', () => {
    const secret = fc.string({ unit: 'grapheme', minLength: 4 }).filter((text) => !'[redacted]'.includes(text))
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.nat(), (secrets, number) => {
        const said = secrets.map((text) => `<${text}>${JSON.stringify({ text })}`).join()
        const shown = messageAbout({ secrets, number }, `${said} <${number}>`)
        for (const text of secrets) expect(shown.replaceAll('[redacted]', '')).not.toContain(`<${text}>`)
        expect(shown).not.toContain(`<${number}>`)
      }),
    )
  })
})
