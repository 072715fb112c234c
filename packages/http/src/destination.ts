/** Why a request may not go to this URL at all; `undefined` where it may. */
export function destinationProblem(url: URL, allowInsecureHttp: boolean | 'anywhere'): string | undefined {
  if (url.username !== '' || url.password !== '')
    return 'its URL holds a user name or a password, which belong elsewhere'
  if (url.protocol === 'https:') return undefined
  if (url.protocol !== 'http:') return 'its URL is neither https nor http'
  if (allowInsecureHttp === 'anywhere') return undefined
  if (!allowInsecureHttp) return 'its URL is plain http, and allowInsecureHttp is not set'
  return isLoopback(url.hostname)
    ? undefined
    : 'its URL is plain http to another machine, for which allowInsecureHttp must be "anywhere"'
}

/** As `URL` writes it: lower case, IPv4 with four parts, IPv6 in its shortest form and brackets. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
}
