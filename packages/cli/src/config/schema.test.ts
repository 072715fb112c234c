import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { configJsonSchema } from '../../test/json-schema.ts'

const SHIPPED = new URL('../../amphora.schema.json', import.meta.url)

describe('the JSON Schema for editors', () => {
  it('is the one that is made of what the program checks with', () => {
    if (process.env['WRITE_SCHEMA'] === '1')
      writeFileSync(SHIPPED, `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`)
    expect(JSON.parse(readFileSync(SHIPPED, 'utf8'))).toEqual(JSON.parse(JSON.stringify(configJsonSchema())))
  })
})
