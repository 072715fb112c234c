import { describe, expect, it } from 'vitest'
import { violation, type Schema } from './json-schema.ts'

const thing: Schema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1 },
    tags: { type: 'array', items: { type: 'string' }, maxItems: 2 },
  },
  required: ['name'],
  additionalProperties: false,
}

describe('violation', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(violation({ name: 'a', tags: ['b'] }, thing)).toBeUndefined()
  })

  it.each([
    [1, undefined, "1 is not of type 'object'"],
    [{}, undefined, "'name' is a required property"],
    [{ name: '' }, 'name', "'' is too short"],
    [{ name: 1 }, 'name', "1 is not of type 'string'"],
    [{ name: 'a', tags: ['b', 1] }, '1', "1 is not of type 'string'"],
    [{ name: 'a', tags: ['b', 'c', 'd'] }, 'tags', "['b', 'c', 'd'] is too long"],
    [{ name: 'a', x: 1 }, undefined, "Additional properties are not allowed ('x' was unexpected)"],
    [{ name: 'a', x: 1, y: 2 }, undefined, "Additional properties are not allowed ('x', 'y' were unexpected)"],
  ])('says of %j what is wrong', (value, key, message) => {
    expect(violation(value, thing)).toMatchObject({ key, message })
  })

  it.each<[Schema, unknown, string | undefined]>([
    [{ enum: ['a', true] }, 'b', "'b' is not one of ['a', True]"],
    [{ type: ['string', 'null'] }, 1, "1 is not of type 'string', 'null'"],
    [{ type: 'integer' }, 1.5, "1.5 is not of type 'integer'"],
    [{ oneOf: [{ type: 'null' }, { type: 'integer' }] }, 'a', "'a' is not valid under any of the given schemas"],
    [{ oneOf: [{ type: 'null' }, { type: 'integer' }] }, 1, undefined],
    [{ pattern: '^a$' }, 'b', "'b' does not match '^a$'"],
    [{ minimum: 1 }, '0', "'0' is less than the minimum of 1"],
    [{ minItems: 1 }, [], '[] is too short'],
    [{ maxLength: 1 }, '😀', undefined],
    [{ format: 'uuid' }, 'xyz', "'xyz' is not a 'uuid'"],
    [{ format: 'date-time' }, '2026-01-01T00:00:00Z', undefined],
    [{ format: 'date-time' }, 'abc', "'abc' is not a 'date-time'"],
    [{ format: 'regex' }, '[', "'[' is not a 'regex'"],
    [{ format: 'regex' }, '', "'' is not a 'regex'"],
    [{ format: 'base64' }, '###', undefined],
    [{ format: 'base64' }, 'aGk=', undefined],
    [{ format: 'base64' }, 'aGk', "'aGk' is not a 'base64'"],
    [{ format: 'base64' }, 'a', "'a' is not a 'base64'"],
    [{ patternProperties: { '^_': { type: 'string' } }, additionalProperties: false }, { _a: 'b' }, undefined],
    [
      { patternProperties: { '^_': { type: 'string' } }, additionalProperties: false },
      { a: 'b' },
      "'a' does not match any of the regexes: '^_'",
    ],
  ])('%j takes %j so', (schema, value, message) => {
    expect(violation(value, schema)?.message).toBe(message)
  })

  it('has a sentence of its own for names', () => {
    expect(violation({ name: ' a' }, { properties: { name: { format: 'name' } } })).toMatchObject({
      key: undefined,
      message: expect.stringContaining("An invalid 'name' value was provided."),
    })
  })
})
