/** A call that got no proper answer: what a client of a real backend would have seen of it. */
export class Failure extends Error {
  readonly kind: 'refuse' | 'reset' | 'lost' | 'garbage' | 'status'
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined

  constructor(
    kind: Failure['kind'],
    answer: { readonly status?: number; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(kind)
    this.kind = kind
    this.status = answer.status
    this.retryAfterMs = answer.retryAfterMs
  }
}
