import type { Guest } from '../profile/guest.ts'
import type { Site } from '../site.ts'
import { together } from './together.ts'

/** A guest, and where it was seen. */
export interface Sighting<Settings, G extends Guest> {
  readonly site: Site<Settings, G>
  readonly guest: G
}

/**
 * Looks on every box at once. One that does not answer fails the whole, since what is looked for may be on it; but for
 * one that is cordoned, where the operator has said that this may be.
 */
export async function census<Settings, G extends Guest, T>(
  sites: readonly Site<Settings, G>[],
  signal: AbortSignal,
  look: (site: Site<Settings, G>, signal: AbortSignal) => Promise<readonly T[]>,
): Promise<readonly { readonly site: Site<Settings, G>; readonly seen: T }[]> {
  const all = await together(sites, signal, async (site, joined) => {
    const found = site.settings.isCordoned ? await look(site, joined).catch(() => []) : await look(site, joined)
    return found.map((one) => ({ site, seen: one }))
  })
  return all.flat()
}
