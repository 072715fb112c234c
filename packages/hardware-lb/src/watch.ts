import { AmphoraComputeError, Sightings, type Call, type Clock, type ReportedAmphora } from '@amphora/core'
import { amphoraOf } from './decode.ts'
import type { Guest } from './profile/guest.ts'
import type { Site } from './site.ts'
import { Bell } from './snmp/bell.ts'
import type { TrapReceiver } from './snmp/trap-receiver.ts'
import type { Workplace } from './workplace.ts'

/** A box may be silent for so long before the watch is given up, milliseconds. */
const PATIENCE_MS = 10_000
/** After so many looks at its table all is listed anew: a table may tell less than the box. */
const LISTED_EVERY = 10
const DEFAULT_POLL_MS = 5_000
const LONGEST_POLL_MS = 10_000

/** A box that is watched. */
interface Watched<Settings, G extends Guest> {
  readonly site: Site<Settings, G>
  /** Its table at the last look. */
  picture: string | undefined
  sinceListed: number
  lostAt: number | undefined
}

/**
 * What there is, and then every change of it as it is seen. Where a box has a table, its table is looked at, and the box
 * is asked only when that has changed; everywhere else the box is asked each time. A trap makes us look at once.
 */
export async function* watchSites<Settings, G extends Guest>(
  workplace: Workplace<Settings, G>,
  traps: TrapReceiver | undefined,
  { signal }: Call,
): AsyncGenerator<ReportedAmphora, void> {
  const { sites, clock, profile } = workplace
  const pollMs = Math.min(profile.wait?.pollMs ?? DEFAULT_POLL_MS, LONGEST_POLL_MS)
  const watched = sites.map((site): Watched<Settings, G> => ({
    site,
    picture: undefined,
    sinceListed: LISTED_EVERY,
    lostAt: undefined,
  }))
  const sightings = new Sightings()
  const bell = new Bell()
  const stop = traps?.listen(bell)
  try {
    for (;;) {
      const rung = bell.take()
      const lists = await Promise.all(watched.map((one) => look(one, rung.has(one.site.settings.id), clock, signal)))
      for (const [at, guests] of lists.entries()) {
        const site = sites[at]
        if (guests !== undefined && site !== undefined) yield* news(site, guests, workplace, sightings)
      }
      await bell.wait(pollMs, clock, signal)
    }
  } finally {
    stop?.()
  }
}

/** Every guest where something may have changed; `undefined` where nothing has, or the box does not answer for now. */
async function look<Settings, G extends Guest>(
  watched: Watched<Settings, G>,
  isRung: boolean,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly G[] | undefined> {
  const { appliance, glance } = watched.site
  try {
    // Looked at first: what changes while the box is asked shows at the next look.
    const picture = await glance?.picture(signal)
    watched.sinceListed += 1
    const isSame = picture !== undefined && picture === watched.picture && watched.lostAt === undefined
    if (isSame && !isRung && watched.sinceListed < LISTED_EVERY) return undefined
    const guests = await appliance.list(signal)
    Object.assign(watched, { picture, sinceListed: 0, lostAt: undefined })
    return guests
  } catch (thrown) {
    if (signal.aborted) throw AmphoraComputeError.from(signal.reason, 'cancelled')
    const error = AmphoraComputeError.from(thrown, 'internal')
    if (!PASSING.has(error.code)) throw error
    const now = clock.monotonic()
    watched.lostAt ??= now
    if (now - watched.lostAt >= PATIENCE_MS) throw lost(error)
    return undefined
  }
}

const PASSING: ReadonlySet<string> = new Set(['unavailable', 'conflict', 'resource-exhausted', 'internal'])

function* news<Settings, G extends Guest>(
  { settings }: Site<Settings, G>,
  guests: readonly G[],
  { ownership }: Workplace<Settings, G>,
  sightings: Sightings,
): Generator<ReportedAmphora, void> {
  const listed = new Set<string>()
  for (const guest of guests) {
    const name = ownership.requestName(guest)
    if (name === undefined) continue
    const amphora = amphoraOf(guest, name, settings)
    listed.add(amphora.id)
    if (sightings.isNews(amphora)) yield amphora
  }
  const vanished = sightings.known().filter((id) => id.startsWith(`${settings.id}:`) && !listed.has(id))
  for (const id of vanished) {
    const name = sightings.nameOf(id) ?? ''
    if (sightings.isGone(id)) yield gone(id, name, settings.domain)
  }
}

function gone(id: string, name: string, availabilityZone: string): ReportedAmphora {
  const status = { state: 'deleted', raw: 'gone' } as const
  return { id, name, type: 'HWLoadBalancer', status, addresses: [], availabilityZone }
}

function lost({ message, reason, cause }: AmphoraComputeError): AmphoraComputeError {
  return new AmphoraComputeError(`${message}; what happened meanwhile is not known`, {
    code: 'unavailable',
    reason,
    cause,
  })
}
