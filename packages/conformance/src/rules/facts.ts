import type { Amphora } from '@amphora/core'

/** What of an amphora must not change by itself. When it was made is the business of one rule only. */
export function facts({ id, name, type, status, addresses, flavor, imageId }: Amphora): object {
  return { id, name, type, state: status.state, addresses, flavor, imageId }
}

/** The ids, in an order that does not depend on the backend's. */
export function idsOf(some: readonly { readonly id: string }[]): readonly string[] {
  return some.map(({ id }) => id).sort()
}
