/** One request and its answer, as a recording keeps them: no origin, no secrets, nothing of time. */
export interface Exchange {
  /** What is worth knowing of it. */
  readonly note?: string
  readonly request: {
    readonly method: string
    /** With its query. */
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    /** `null`: none. Text: it is no JSON. */
    readonly body: unknown
  }
  readonly response: {
    readonly status: number
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string>>
    readonly body: unknown
  }
}

/** Recordings by name. */
export type Recordings = Readonly<Record<string, Exchange>>
