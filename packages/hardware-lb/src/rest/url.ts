/**
 * Where a request goes: segments below the endpoint. What a segment may hold by RFC 3986, such as the `:` and `=` of
 * RESTCONF, stays as it is; everything else is encoded.
 *
 * @throws {TypeError} on a segment that would lead elsewhere.
 */
export function urlOf(
  endpoint: URL,
  path: readonly string[],
  query: Readonly<Record<string, string | number>> = {},
): URL {
  const url = new URL(endpoint)
  const below = path.map((segment) => `/${encoded(segment)}`).join('')
  url.pathname = `${endpoint.pathname.replace(/\/$/, '')}${below}`
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
  return url
}

function encoded(segment: string): string {
  if (segment === '' || segment === '.' || segment === '..') {
    throw new TypeError('a segment of a path is neither empty nor a step upwards')
  }
  return encodeURIComponent(segment).replaceAll(/%(?:3A|3D|40|2C)/g, decodeURIComponent)
}
