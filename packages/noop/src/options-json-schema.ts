import { REFUSABLE } from './verbs/refused-fields.ts'

const milliseconds = { type: 'number', minimum: 0 }
const atLeastOne = { type: 'integer', minimum: 1 }
const names = { type: 'array', items: { type: 'string', minLength: 1 } }

/** What of the options fits into JSON, for editors of configuration files. */
export const optionsJsonSchema: {
  readonly properties: Readonly<Record<string, object>>
  readonly [key: string]: unknown
} = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  properties: {
    latencyMs: milliseconds,
    settleMs: milliseconds,
    pageSize: atLeastOne,
    pollMs: { type: 'number', minimum: 1 },
    refuses: { type: 'array', items: { enum: REFUSABLE } },
    buildMs: milliseconds,
    deleteMs: milliseconds,
    suspendMs: milliseconds,
    resumeMs: milliseconds,
    uniqueNames: { type: 'boolean' },
    capacity: { type: 'integer', minimum: 0 },
    hosts: atLeastOne,
    hostCapacity: atLeastOne,
    images: names,
    flavors: names,
    zones: names,
    networks: names,
    secGroups: names,
  },
}
