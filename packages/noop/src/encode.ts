import type { BuildOrder } from '@amphora/core'
import type { InstanceSpec } from './world/instance.ts'

/** What goes to the world: the order and our mark, with contents copied, since the order's bytes stay the caller's. */
export function toSpec(order: BuildOrder, owner: string): InstanceSpec {
  const { nameIsFresh: _fresh, files, userData, ...plain } = order
  return {
    ...plain,
    owner,
    files: files.map(({ path, bytes }) => ({ path, bytes: bytes.slice() })),
    userData: userData?.slice(),
  }
}
