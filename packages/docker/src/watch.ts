import { setMaxListeners } from 'node:events'
import { AmphoraComputeError, Sightings, type Call, type Clock, type ReportedAmphora } from '@amphora/core'
import { amphoraOf, goneAmphora } from './decode.ts'
import { EngineError } from './errors.ts'
import { EventStream } from './event-stream.ts'
import { pages, type ListingOptions } from './listing.ts'

/** After so long all is listed anew, milliseconds: the engine drops events of readers that are slow. */
const RESYNC_MS = 300_000
/** So long the stream may be lost before the watch is given up, milliseconds. */
const PATIENCE_MS = 10_000
/** A stream that lasted so long was a good one, milliseconds. */
const SOUND_AFTER_MS = 5_000
/** So long events are collected, so that a start is looked at once and not four times, milliseconds. */
const JOIN_MS = 50
/** The engine's clock against its own: events this much older than the list are heard again, milliseconds. */
const OVERLAP_MS = 2_000
const ABREAST = 8

export interface WatchOptions extends ListingOptions {
  readonly clock: Clock
}

/**
 * What there is, and then every change of it as it is seen. A stream that is lost is opened again, and everything is
 * listed anew; where that does not succeed in time, the watch rejects. It never ends by itself.
 */
export async function* watchContainers(options: WatchOptions, call: Call): AsyncGenerator<ReportedAmphora, void> {
  const { clock } = options
  const sightings = new Sightings()
  let lostAt: number | undefined
  for (let failures = 0; ;) {
    const begun = clock.monotonic()
    try {
      yield* session(options, sightings, call)
      lostAt = undefined
      failures = 0
    } catch (thrown) {
      if (call.signal.aborted) throw AmphoraComputeError.from(call.signal.reason, 'cancelled')
      if (!(thrown instanceof EngineError) || !isPassing(thrown)) throw thrown
      const now = clock.monotonic()
      const wasSound = now - begun >= SOUND_AFTER_MS
      lostAt = wasSound ? now : (lostAt ?? now)
      failures = wasSound ? 1 : failures + 1
      if (now - lostAt >= PATIENCE_MS) throw lost(thrown)
      await clock.sleep(Math.min(100 * 2 ** failures, 2_000), call.signal)
    }
  }
}

/** One list and the events after it, until it is time to list again. */
async function* session(
  options: WatchOptions,
  sightings: Sightings,
  call: Call,
): AsyncGenerator<ReportedAmphora, void> {
  const { client, ownership, clock } = options
  const { signal } = call
  // One signal stops all that is looked at; Node takes more than ten listeners for a leak.
  setMaxListeners(0, signal)
  const listed = new Set<string>()
  let since: number | undefined
  for await (const { amphorae, at } of pages(options, signal)) {
    since ??= at - OVERLAP_MS
    for (const amphora of amphorae) {
      listed.add(amphora.id)
      if (sightings.isNews(amphora)) yield amphora
    }
  }
  const vanished = sightings.known().filter((id) => !listed.has(id))
  yield* look(vanished, options, sightings, signal)

  const end = clock.monotonic() + RESYNC_MS
  const from = ((since ?? clock.now()) / 1000).toFixed(3)
  const events = await EventStream.open(client, ownership.owner, from, signal)
  try {
    while (await events.some(Math.max(0, end - clock.monotonic()), clock)) {
      await clock.sleep(JOIN_MS, signal)
      const { touched, gone } = events.take()
      for (const [id, name] of gone) {
        if (sightings.isGone(id)) yield goneAmphora(id, sightings.nameOf(id) ?? name)
      }
      yield* look(touched, options, sightings, signal)
    }
  } finally {
    events.close()
  }
}

/** Looks at each of them. One that is not there any more is gone, if it was ever seen. */
async function* look(
  ids: readonly string[],
  { client, ownership, now }: WatchOptions,
  sightings: Sightings,
  signal: AbortSignal,
): AsyncGenerator<ReportedAmphora, void> {
  for (let at = 0; at < ids.length; at += ABREAST) {
    const batch = ids.slice(at, at + ABREAST)
    const containers = await Promise.all(batch.map((id) => client.inspect(id, signal)))
    for (const [index, container] of containers.entries()) {
      const id = batch[index] ?? ''
      const name = sightings.nameOf(id)
      if (container === undefined) {
        if (name !== undefined && sightings.isGone(id)) yield goneAmphora(id, name)
      } else if (ownership.owns({ names: [container.Name], labels: container.Labels })) {
        const amphora = amphoraOf(container, now())
        if (sightings.isNews(amphora)) yield amphora
      }
    }
  }
}

/** An engine that restarts is back in a moment; one that lets us not in is not. */
function isPassing({ code }: EngineError): boolean {
  return ['unavailable', 'internal', 'conflict', 'resource-exhausted', 'not-found'].includes(code)
}

function lost({ cause }: EngineError): AmphoraComputeError {
  const message = `the engine's events could not be heard for ${PATIENCE_MS / 1000} s; what happened meanwhile is not known`
  return new AmphoraComputeError(message, { code: 'unavailable', reason: 'docker/watch-lost', cause })
}
