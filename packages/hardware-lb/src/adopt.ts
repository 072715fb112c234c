import { buildError, type BuildOrder } from '@amphora/core'
import { refused } from './build-error.ts'
import { verdictOf } from './errors.ts'
import { idOf } from './guest-id.ts'
import { isMarkOf } from './ownership.ts'
import type { Sighting } from './placement/census.ts'
import { guestOrder } from './placement/guest-order.ts'
import type { Guest } from './profile/guest.ts'
import type { Workplace } from './workplace.ts'

/**
 * The name is taken: by the same order, whose guest is then the one instance, finished where a crash has left it
 * unfinished; or by something that is left alone.
 */
export async function adopt<Settings, G extends Guest>(
  { site, guest }: Sighting<Settings, G>,
  order: BuildOrder,
  workplace: Workplace<Settings, G>,
  signal: AbortSignal,
): Promise<string> {
  const { profile, ownership } = workplace
  if (ownership.requestName(guest) === undefined) {
    throw refused(order, 'already-exists', 'foreign-name', 'a guest that is not ours has the name')
  }
  const wanted = guestOrder(order, site.settings, workplace)
  const isSame = profile.isSameOrder?.(guest, wanted) ?? isMarkOf(ownership.markOf(guest), order)
  if (!isSame)
    throw refused(
      order,
      'already-exists',
      'other-order',
      'an amphora that another request has built has the name; take another name, or delete that one first',
    )
  const id = idOf(site.settings.id, guest)
  if (guest.isUnfinished !== true) return id
  try {
    await site.appliance.finish?.(guest.key, wanted, signal)
    return id
  } catch (thrown) {
    throw buildError(thrown, order, verdictOf(thrown) === 'refused' ? 'created-then-failed' : 'in-doubt', id)
  }
}
