import { InvalidRequestError } from '@amphora/core'

/** Query parameters; a list is repeated, `undefined` left out. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>

const VERSION = /^v\d+(?:\.\d+)?$/

/** Where a service's API begins: its version is added unless one is in the path already. No slash at the end. */
export function baseOf(endpoint: URL, versionPath: readonly string[]): string {
  const segments = segmentsOf(endpoint)
  const path = segments.some((segment) => VERSION.test(segment)) ? segments : [...segments, ...versionPath]
  return [endpoint.origin, ...path].join('/')
}

/** The document that tells the microversions: older catalogues put a project's id behind the version. */
export function versionDocument(base: string): URL {
  const url = new URL(base)
  const segments = segmentsOf(url)
  const at = segments.findLastIndex((segment) => VERSION.test(segment))
  return new URL(`${[url.origin, ...segments.slice(0, at < 0 ? undefined : at + 1)].join('/')}/`)
}

/** @throws {InvalidRequestError} for a segment that would not be one: empty, `.` or `..`. */
export function targetOf(base: string, path: readonly string[], query: Query = {}): URL {
  const url = new URL([base, ...path.map(encodeSegment)].join('/'))
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one))
  }
  return url
}

function encodeSegment(segment: string): string {
  if (segment === '' || segment === '.' || segment === '..') {
    throw new InvalidRequestError(['an id or name in the path of a request must not be empty, "." or ".."'])
  }
  if (!segment.isWellFormed())
    throw new InvalidRequestError(['an id or name in the path of a request is no Unicode text'])
  return encodeURIComponent(segment)
}

function segmentsOf({ pathname }: URL): readonly string[] {
  return pathname.split('/').filter((segment) => segment !== '')
}
