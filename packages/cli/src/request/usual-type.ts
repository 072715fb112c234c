import type { Bound } from '../config/bind-drivers.ts'
import type { GatheredRequest } from './gather-request.ts'

/** `VM` is meant where no type is given, as everywhere; but where the drivers build one other type only, it is that. */
export function withUsualType(request: GatheredRequest, bound: readonly Bound[]): GatheredRequest {
  if (request.type !== undefined) return request
  const asked = request.driver === undefined ? bound : bound.filter(({ name }) => name === request.driver)
  const types = new Set(asked.flatMap(({ plugin }) => plugin?.definition.capabilities.types ?? []))
  const [only] = types
  return types.size === 1 && only !== undefined ? { ...request, type: only } : request
}
