import { setTimeout as sleep } from 'node:timers/promises'
import type { Recordings } from './exchange.ts'
import { recordCreates } from './nova/creates.ts'
import { recordFailedBuilds } from './nova/failures.ts'
import { recordReads } from './nova/reads.ts'
import { recordSite } from './nova/site.ts'
import { recordStates } from './nova/states.ts'
import { NovaSession } from './nova/session.ts'
import { logIn, type RecordingSite } from './site.ts'

/** Taken in the middle of something that goes on by itself: another run may find it over. */
export const RACY: ReadonlySet<string> = new Set([
  'get-BUILD-2.1',
  'get-suspending',
  'get-deleting',
  'action-while-deleting',
  'delete-twice-immediate',
  'delete-in-build-204',
  // What is deleted loses its addresses a moment later.
  'list-deleted-admin',
  'list-since-deleted',
])

export interface RecordNovaOptions {
  /** Waits between two looks at a server. Default: 250 ms. */
  readonly pause?: () => Promise<unknown>
}

/**
 * What Nova answers to what drivers of servers ask: every way to create one, every state, every refusal; by name.
 * Deletes what it made; lifts the project's quota and sets it back.
 */
export async function recordNova(site: RecordingSite, options: RecordNovaOptions = {}): Promise<Recordings> {
  const [user, admin] = [await logIn(site.authUrl, site.user), await logIn(site.authUrl, site.admin)]
  const session = new NovaSession(site, user, admin, options.pause ?? (() => sleep(250)))
  try {
    await session.limit()
    await recordSite(session)
    const lived = await recordCreates(session)
    await recordStates(session, lived)
    await recordReads(session, lived)
    await recordFailedBuilds(session)
  } catch (error) {
    // What went wrong first says more than what cannot be taken away after it.
    await session.clear().catch(() => undefined)
    throw error
  }
  await session.clear()
  return session.nova.kept
}
