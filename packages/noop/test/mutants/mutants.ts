import { behavingMutants } from './behaving.ts'
import { buildingMutants } from './building.ts'
import { changingMutants } from './changing.ts'
import { lookingMutants } from './looking.ts'
import type { Mutant } from './mutant.ts'

export const mutants: readonly Mutant[] = [
  ...buildingMutants,
  ...lookingMutants,
  ...changingMutants,
  ...behavingMutants,
]
