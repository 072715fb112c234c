import * as v from 'valibot'

/** What is sent to make a server. Contents are base64. */
export interface CreateBody {
  readonly name: string
  readonly image: string | undefined
  readonly flavor: string | undefined
  readonly files: readonly { readonly path: string; readonly content: string }[]
  readonly userData: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

/** A server as the API shows it; what it may leave out is optional here. */
export interface WireServer {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly fault?: string | undefined
  readonly image?: string | undefined
  readonly flavor?: string | undefined
  /** ISO 8601. */
  readonly created?: string | undefined
  readonly addresses: readonly string[]
  readonly tags: Readonly<Record<string, string>>
}

/** One page of a list. `next` asks for the page behind it, and is left out on the last. */
export interface WirePage {
  readonly servers: readonly WireServer[]
  readonly next?: string | undefined
}

const text = v.pipe(v.string(), v.nonEmpty())

// here: the shapes that your backend answers with; an answer of another shape is an error and never half read
export const wireServer: v.GenericSchema<unknown, WireServer> = v.object({
  id: text,
  name: text,
  status: text,
  fault: v.optional(v.string()),
  image: v.optional(v.string()),
  flavor: v.optional(v.string()),
  created: v.optional(v.string()),
  addresses: v.array(v.string()),
  tags: v.record(v.string(), v.string()),
})
export const wirePage: v.GenericSchema<unknown, WirePage> = v.object({
  servers: v.array(wireServer),
  next: v.optional(text),
})
export const wireVersion: v.GenericSchema<unknown, { readonly version: string }> = v.object({ version: text })
export const wireError: v.GenericSchema<unknown, { readonly error: string }> = v.object({ error: text })
