/** Keystone's own address, version 3; a problem in words where there is none. */
export function authUrlOf(given: string): URL | string {
  const url = httpUrl(given)
  if (typeof url === 'string') return url
  url.pathname = url.pathname.replace(/\/+$/, '')
  if (!/\/v\d+(?:\.\d+)?$/.test(url.pathname)) url.pathname = `${url.pathname.replace(/\/+$/, '')}/v3`
  return url.pathname.endsWith('/v3') ? url : 'is not of version 3 of the API'
}

/** An address; a problem in words where it is none. */
export function httpUrl(given: string): URL | string {
  if (!/^https?:\/\//i.test(given)) return 'needs a scheme: https:// (or http://)'
  if (!URL.canParse(given)) return 'is no URL'
  const url = new URL(given)
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or a password'
  if (url.search !== '' || url.hash !== '') return 'must not hold a query or a fragment'
  return url
}
