import { AmphoraComputeError, Sightings, type AmphoraState, type Clock, type ReportedAmphora } from '@amphora/core'
import { amphoraOf, goneAmphora } from './decode.ts'
import { listed, oursOf, type Asking, type ListingOptions } from './listing.ts'
import type { WireServer } from './wire.ts'

/** Between two looks while something is under way, milliseconds, and while nothing is. */
const BUSY_MS = 1_000
const QUIET_MS = 5_000
/** After so long all is listed anew, milliseconds. */
const RESYNC_MS = 300_000
/** Nova's clock against its own, and changes that were on their way into its data base, milliseconds. */
const OVERLAP_MS = 10_000
/** So long looks may fail before the watch is given up, milliseconds. */
const PATIENCE_MS = 10_000
/** So long Nova may take for one page, milliseconds. A watch has no deadline, and must not wait in silence. */
const PAGE_MS = 30_000

export interface WatchOptions extends ListingOptions {
  readonly clock: Clock
}

/** What there is, and then every change of it, by `changes-since`. It never ends by itself. */
export async function* watchServers(options: WatchOptions, call: Asking): AsyncGenerator<ReportedAmphora, void> {
  const { clock } = options
  const sightings = new Sightings()
  const moving = new Set<string>()
  let since: number | undefined
  let listAt = -Infinity
  let failingSince: number | undefined
  for (;;) {
    const begun = clock.monotonic()
    const isFull = since === undefined || begun >= listAt
    const from = since
    const look = (bounded: Asking): AsyncGenerator<Look, void> =>
      isFull || from === undefined
        ? everything(options, sightings, bounded)
        : changes(options, sightings, from, bounded)
    let date: number | undefined
    try {
      for await (const { amphorae, dateMs } of inTime(look, clock, call)) {
        date ??= dateMs
        for (const amphora of amphorae) {
          note(moving, amphora)
          if (isToldNow(sightings, amphora)) yield amphora
        }
      }
      // Only what was read to its end need not be asked for again.
      since = date ?? since ?? clock.now()
      if (isFull) listAt = begun + RESYNC_MS
      failingSince = undefined
    } catch (thrown) {
      if (call.signal.aborted) throw AmphoraComputeError.from(call.signal.reason, 'cancelled')
      failingSince ??= clock.monotonic()
      if (!isPassing(thrown) || clock.monotonic() - failingSince >= PATIENCE_MS) throw thrown
    }
    await clock.sleep(moving.size > 0 || failingSince !== undefined ? BUSY_MS : QUIET_MS, call.signal)
  }
}

interface Look {
  readonly amphorae: readonly ReportedAmphora[]
  /** When Nova was asked for it, by its own time. */
  readonly dateMs: number | undefined
}

/** The same pages, each within its time; what the consumer takes for one does not count. */
async function* inTime(
  look: (call: Asking) => AsyncGenerator<Look, void>,
  clock: Clock,
  call: Asking,
): AsyncGenerator<Look, void> {
  const { signal, logger } = call
  const bound = new AbortController()
  const stopToo = (): void => bound.abort(signal.reason)
  if (signal.aborted) stopToo()
  signal.addEventListener('abort', stopToo, { once: true })
  const found = look({ signal: bound.signal, logger })
  try {
    for (;;) {
      const stop = clock.alarm(PAGE_MS, () => bound.abort(tooLate()))
      const step = await found.next().finally(stop)
      if (step.done === true) return
      yield step.value
    }
  } finally {
    signal.removeEventListener('abort', stopToo)
    await found.return()
  }
}

function tooLate(): AmphoraComputeError {
  return new AmphoraComputeError(`Nova did not answer a look of the watch within ${PAGE_MS} ms`, {
    code: 'deadline-exceeded',
    reason: 'nova/watch-lost',
  })
}

/** All of ours, and then each that was known and is no longer listed. */
async function* everything(options: WatchOptions, sightings: Sightings, call: Asking): AsyncGenerator<Look, void> {
  const present = new Set<string>()
  for await (const { amphorae, dateMs } of listed(options, call)) {
    for (const { id } of amphorae) present.add(id)
    yield { amphorae, dateMs }
  }
  for (const id of sightings.known().filter((one) => !present.has(one))) {
    const server = await options.client.server(id, call.signal)
    const amphora =
      server === undefined || options.ownership.owns(server) === false
        ? goneAmphora(id, sightings.nameOf(id) ?? '')
        : amphoraOf(server, { networks: await options.networks.byName(call) })
    yield { amphorae: [amphora], dateMs: undefined }
  }
}

/** What changed since then, deleted ones included. Nova takes away their tags, so the filter cannot be ours. */
async function* changes(
  options: WatchOptions,
  sightings: Sightings,
  since: number,
  call: Asking,
): AsyncGenerator<Look, void> {
  const { client, ownership, networks, pageSize } = options
  const query = { 'changes-since': new Date(since - OVERLAP_MS).toISOString() }
  for await (const { servers, dateMs } of client.list(query, pageSize, call.signal)) {
    const isGone = ({ status }: WireServer): boolean => status === 'DELETED'
    const gone = servers
      .filter(isGone)
      .filter((server) => sightings.nameOf(server.id) !== undefined || wasOurs(server, ownership))
    const there = oursOf(
      servers.filter((server) => !isGone(server)),
      ownership,
    )
    const byName = there.length === 0 ? new Map<string, readonly string[]>() : await networks.byName(call)
    yield {
      amphorae: [
        ...gone.map(({ id, name }) => goneAmphora(id, name ?? '')),
        ...there.map((server) => amphoraOf(server, { networks: byName })),
      ],
      dateMs,
    }
  }
}

/** What is deleted has lost its metadata and its tags, and kept its description, which Nova has from 2.19 on. */
function wasOurs(server: WireServer, ownership: WatchOptions['ownership']): boolean {
  return server.description === ownership.description || ownership.owns(server) === true
}

function isToldNow(sightings: Sightings, amphora: ReportedAmphora): boolean {
  const { id, status } = amphora
  return status.state === 'deleted' ? sightings.isGone(id) : sightings.isNews(amphora)
}

const UNDER_WAY: ReadonlySet<AmphoraState> = new Set(['building', 'suspending', 'resuming', 'deleting'])

function note(moving: Set<string>, { id, status }: ReportedAmphora): void {
  if (UNDER_WAY.has(status.state)) moving.add(id)
  else moving.delete(id)
}

/** What is over in a moment, such as a restart of Nova's; what lets us not in is not. */
function isPassing(thrown: unknown): boolean {
  return (
    thrown instanceof AmphoraComputeError &&
    ['unavailable', 'internal', 'resource-exhausted', 'conflict'].includes(thrown.code)
  )
}
