import type { DriverVerb } from '@amphora/core'

/** One call as the backend's operator would see it. Holds neither payloads nor keys. */
export interface CallRecord {
  /** 1 for the first call on this world. */
  readonly number: number
  readonly verb: DriverVerb
  readonly id?: string
  readonly name?: string
  /** When it was attempted: wall clock, epoch milliseconds. */
  readonly at: number
  /** How long it took, milliseconds; absent while it is under way. */
  readonly ms?: number
  /** `answered`, the world's reason for refusing it, the scripted fault, `aborted`; `pending` while it is under way. */
  readonly outcome: string
}

/** What was asked of a world, by whichever driver. The newest calls are kept, all are counted. */
export class CallLog {
  readonly #kept: CallRecord[] = []
  readonly #counts = new Map<DriverVerb, number>()
  readonly #limit: number
  #total = 0

  /** Keeps the newest `limit` calls. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** How many calls there have been: of this verb, or of all. */
  count(verb?: DriverVerb): number {
    return verb === undefined ? this.#total : (this.#counts.get(verb) ?? 0)
  }

  /** The newest calls as they stand now, oldest first; of this verb, or of all. */
  recent(verb?: DriverVerb): readonly CallRecord[] {
    return this.#kept.filter((record) => verb === undefined || record.verb === verb).map((record) => ({ ...record }))
  }

  /** Enters a call; whoever entered it says how it ended. For drivers. */
  open(call: Pick<CallRecord, 'verb' | 'id' | 'name' | 'at'>): (outcome: string, ms: number) => void {
    this.#total += 1
    this.#counts.set(call.verb, this.count(call.verb) + 1)
    const record = { number: this.#total, ...call, outcome: 'pending' as string }
    this.#kept.push(record)
    if (this.#kept.length > this.#limit) this.#kept.shift()
    return (outcome, ms) => void Object.assign(record, { outcome, ms })
  }
}
