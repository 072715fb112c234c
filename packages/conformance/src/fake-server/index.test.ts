import { expect, it } from 'vitest'
import * as fakeServer from './index.ts'

it('exports these names and no more', () => {
  expect(Object.keys(fakeServer).sort()).toEqual(['createFakeServer', 'createListener'])
})
