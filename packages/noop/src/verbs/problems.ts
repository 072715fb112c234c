import type { Backend } from '../world/backend.ts'
import type { InstanceSpec } from '../world/instance.ts'
import { unknownsOf } from '../world/known.ts'

/** Everything for which the world would refuse this order now. */
export function problemsOf(backend: Backend, spec: InstanceSpec): readonly string[] {
  const problems = [...unknownsOf(spec, backend.laws)].map(({ what }) => `there is no ${what}`)
  const group = spec.placementGroupId
  if (group !== undefined && !backend.placement.has(group, spec.owner)) {
    problems.push(`there is no placement group ${group} of ours`)
  }
  if (backend.room === 0) problems.push('there is no room for another instance')
  return problems
}
