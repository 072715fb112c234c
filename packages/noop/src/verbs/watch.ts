import type { ReportedAmphora } from '@amphora/core'

interface Sight {
  /** Differs whenever the amphora does. */
  readonly mark: string
  readonly amphora: ReportedAmphora
}

export interface WatchOptions {
  readonly look: () => Promise<readonly Sight[]>
  readonly pause: () => Promise<void>
}

/** First everything there is, then whatever changes, and a last word on what is gone. Rejects as soon as a look does. */
export async function* watch({ look, pause }: WatchOptions): AsyncIterable<ReportedAmphora> {
  const known = new Map<string, Sight>()
  for (;;) {
    const sights = await look()
    const gone = new Map(known)
    for (const sight of sights) {
      const { id } = sight.amphora
      gone.delete(id)
      if (known.get(id)?.mark === sight.mark) continue
      known.set(id, sight)
      yield sight.amphora
    }
    for (const [id, { amphora }] of gone) {
      known.delete(id)
      yield { ...amphora, status: { state: 'deleted', raw: 'deleted' } }
    }
    await pause()
  }
}
