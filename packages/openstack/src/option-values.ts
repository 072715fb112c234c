import * as v from 'valibot'

/** The value of an option: one line of text that is not empty. */
export const text: v.GenericSchema<string> = v.pipe(
  v.string('must be a text'),
  v.minLength(1, 'must not be empty'),
  v.check((value) => !/\p{Cc}/u.test(value), 'must not hold control characters'),
)

/** The value of an option that is on or off. */
export const flag: v.GenericSchema<boolean> = v.boolean('must be true or false')

/** The value of an option that is a whole number, the limits included. */
export function whole(least: number, most: number): v.GenericSchema<number> {
  return v.pipe(
    v.number('must be a number'),
    v.integer('must be whole'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  )
}
