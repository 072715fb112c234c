import type { BreakerOptions } from '@amphora/core'
import * as v from 'valibot'
import { DURATION, DURATION_RULE, parseDuration } from '../duration.ts'
import { closed, mapping } from '../yaml/schema-problems.ts'

/** `amphora.yaml` once its references are resolved. The JSON Schema for editors is made of the same schema. */
export interface ConfigData {
  readonly owner?: string
  readonly fingerprintKey?: string
  readonly timeouts?: Partial<Record<'build' | 'delete' | 'status' | 'getAmphora' | 'suspend' | 'resume', number>>
  readonly breaker?: BreakerOptions | false
  readonly drivers: Readonly<Record<string, DriverData>>
}

/** One binding: which driver, and the options that it is bound with. */
export interface DriverData {
  readonly package: string
  readonly driver?: string
  readonly options: Readonly<Record<string, unknown>>
}

const TIME_RULE = `is milliseconds, or ${DURATION_RULE}`
/** Milliseconds. */
const time: v.GenericSchema<number | string, number> = v.pipe(
  v.union([v.pipe(v.number(), v.gtValue(0, TIME_RULE)), v.pipe(v.string(), v.regex(DURATION, TIME_RULE))], TIME_RULE),
  v.transform((given) => (typeof given === 'number' ? given : parseDuration(given)) ?? Number.NaN),
  v.check((ms) => ms > 0 && ms < 2 ** 31, TIME_RULE),
)
const atLeastOne = v.pipe(v.number('is a number'), v.integer('is a whole number'), v.minValue(1, 'is at least 1'))

const timeouts = closed(
  {
    build: v.exactOptional(time),
    delete: v.exactOptional(time),
    status: v.exactOptional(time),
    getAmphora: v.exactOptional(time),
    suspend: v.exactOptional(time),
    resume: v.exactOptional(time),
  },
  'a mapping from a verb to a time',
)

const breaker = v.union(
  [
    v.literal(false),
    closed(
      {
        failures: v.pipe(
          v.exactOptional(atLeastOne),
          v.description('Failures in a row that open a circuit. Default 5.'),
        ),
        openForMs: v.pipe(v.exactOptional(time), v.description('How long it stays open at first. Default 5s.')),
        probes: v.pipe(v.exactOptional(atLeastOne), v.description('Calls let through while half-open. Default 1.')),
      },
      'a mapping',
    ),
  ],
  'is false, or a mapping with failures, openForMs and probes',
)

const driver = closed(
  {
    package: v.pipe(
      v.string('is a text'),
      v.minLength(1, 'is not empty'),
      v.description('The npm package that exports the driver, such as @amphora/docker; looked for from this file.'),
    ),
    driver: v.pipe(
      v.exactOptional(v.string('is a text')),
      v.description('Which driver, where the package exports several.'),
    ),
    options: v.pipe(
      v.exactOptional(v.record(v.string(), v.unknown(), mapping('a mapping')), {}),
      v.description("The driver's own options. ${NAME} stands for an environment variable."),
    ),
  },
  'a mapping with package, and options',
)

const BINDING_RULE = 'is named by 1 to 31 lower case letters, digits and hyphens, a letter first'

/** Messages read on after the place, and quote nothing. */
export const configSchema: v.GenericSchema<unknown, ConfigData> = closed(
  {
    owner: v.pipe(
      v.exactOptional(
        v.pipe(v.string('is a text'), v.regex(/^[a-z0-9]{1,20}$/, 'is 1 to 20 lower case letters and digits')),
      ),
      v.description('Written on everything built; nothing else is listed or changed. Default "amphora".'),
    ),
    fingerprintKey: v.pipe(
      v.exactOptional(v.pipe(v.string('is a text'), v.minLength(1, 'is not empty'))),
      v.description('Makes the fingerprints of orders an HMAC. All controllers of one owner need the same.'),
    ),
    timeouts: v.pipe(
      v.exactOptional(timeouts),
      v.description('For calls that do not say: milliseconds, or a duration such as 90s.'),
    ),
    breaker: v.pipe(v.exactOptional(breaker), v.description('The circuit breaker; false switches it off.')),
    drivers: v.pipe(
      v.record(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,30}$/, BINDING_RULE)), driver, mapping('a mapping')),
      v.check((bindings) => Object.keys(bindings).length > 0, 'names at least one driver'),
      v.description('The bindings, by name. The name is the first part of every id, so keep it.'),
    ),
  },
  'a mapping with drivers',
)
