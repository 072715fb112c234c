import type { ReportedAmphora } from '@amphora/core'

interface Page {
  readonly amphorae: readonly ReportedAmphora[]
  /** Behind which the next page begins; `undefined` on the last one. */
  readonly last: number | undefined
}

/**
 * Page by page. A page begins behind the last instance of the one before, not at a number of instances, so whatever
 * comes or goes meanwhile, nothing shows twice and nothing that stays is left out.
 */
export async function* list(pageBehind: (last: number) => Promise<Page>): AsyncIterable<ReportedAmphora> {
  for (let last: number | undefined = 0; last !== undefined;) {
    const page: Page = await pageBehind(last)
    yield* page.amphorae
    last = page.last
  }
}
