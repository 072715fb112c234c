import type { ServerResponse } from 'node:http'

/**
 * What a handler answers. `status` is 200 unless given. At most one body: `json` (serialised), `text` (UTF-8), `bytes`,
 * a `stream` (its head is sent at once, its pieces with back-pressure; if it throws, the connection is reset in
 * mid-body), or `takeOver`, which writes and ends the response itself. Headers given here win over those the body
 * implies (`content-type`, `content-length`).
 */
export type FakeResponse = ResponseHead & OneBody

/** Status and headers. */
export interface ResponseHead {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
}

interface Bodies {
  readonly json: unknown
  readonly text: string
  readonly bytes: Uint8Array
  readonly stream: AsyncIterable<string | Uint8Array>
  readonly takeOver: (response: ServerResponse) => void | Promise<void>
}

type AtMostOneOf<T> =
  | { readonly [K in keyof T]?: never }
  | { [K in keyof T]: Pick<T, K> & { readonly [Other in Exclude<keyof T, K>]?: never } }[keyof T]

type OneBody = AtMostOneOf<Bodies>

/** A body whose bytes are known beforehand. */
export type FixedBody = AtMostOneOf<Pick<Bodies, 'json' | 'text' | 'bytes'>>
