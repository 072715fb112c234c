import { expect, it } from 'vitest'
import * as kit from './index.ts'

it('exports these names and no others', () => {
  expect(Object.keys(kit).sort()).toEqual(['conformance', 'runConformance'])
})
