import type { ReportedAmphora } from '@amphora/core'
import type { Client } from './client.ts'
import { amphoraOf, amphoraOfRow } from './decode.ts'
import { EngineError } from './errors.ts'
import type { Ownership } from './ownership.ts'
import type { WireRow } from './wire.ts'

/** How many rows are looked at more closely at once. */
const ABREAST = 16
/** A page is lost where the container that the last one ended with is deleted in between. */
const MAX_RESTARTS = 10

export interface ListingOptions {
  readonly client: Client
  readonly ownership: Ownership
  readonly now: () => number
  readonly pageSize: number
}

/** Every container of ours, page by page, each once. */
export async function* listing(options: ListingOptions, signal: AbortSignal): AsyncGenerator<ReportedAmphora, void> {
  for await (const { amphorae } of pages(options, signal)) yield* amphorae
}

/** The same as pages, with the engine's own time of each. */
export async function* pages(
  options: ListingOptions,
  signal: AbortSignal,
): AsyncGenerator<{ readonly amphorae: readonly ReportedAmphora[]; readonly at: number }, void> {
  const { client, ownership, pageSize } = options
  const seen = new Set<string>()
  let before: string | undefined
  for (let restarts = 0; ;) {
    try {
      const { rows, at } = await client.list({ owner: ownership.owner, limit: pageSize, before }, signal)
      const fresh = rows.filter(({ Id }) => !seen.has(Id))
      for (const { Id } of fresh) seen.add(Id)
      yield { amphorae: await amphoraeOf(fresh, options, signal), at }
      before = rows.at(-1)?.Id
      if (rows.length < pageSize) return
    } catch (thrown) {
      const isLost = thrown instanceof EngineError && thrown.reason === 'docker/page-lost'
      if (!isLost || before === undefined || restarts === MAX_RESTARTS) throw thrown
      restarts += 1
      before = undefined
    }
  }
}

async function amphoraeOf(
  rows: readonly WireRow[],
  options: ListingOptions,
  signal: AbortSignal,
): Promise<readonly ReportedAmphora[]> {
  const amphorae: ReportedAmphora[] = []
  for (let at = 0; at < rows.length; at += ABREAST) {
    const batch = rows.slice(at, at + ABREAST).map((row) => amphoraFrom(row, options, signal))
    for (const amphora of await Promise.all(batch)) if (amphora !== undefined) amphorae.push(amphora)
  }
  return amphorae
}

/** Some rows do not tell enough: why a start failed, whether memory ran out, and the name of what is being removed. */
async function amphoraFrom(
  row: WireRow,
  { client, ownership, now }: ListingOptions,
  signal: AbortSignal,
): Promise<ReportedAmphora | undefined> {
  const isNameless = row.Names.length === 0
  if (!isNameless && !ownership.owns({ names: row.Names, labels: row.Labels })) return undefined
  const amphora = isNameless ? undefined : amphoraOfRow(row)
  if (amphora !== undefined) return amphora
  const container = await client.inspect(row.Id, signal)
  if (container === undefined || !ownership.owns({ names: [container.Name], labels: container.Labels }))
    return undefined
  return amphoraOf(container, now())
}
