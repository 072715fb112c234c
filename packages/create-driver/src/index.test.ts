import { expect, it } from 'vitest'
import * as face from './index.ts'

it('offers these names and no others', () => {
  expect(Object.keys(face).sort()).toEqual(['FolderInUseError', 'createPackage', 'nameProblem', 'scopeProblem'])
})
