import type { TlsOptions } from '@amphora/http'
import type { Tls } from '../inventory/settings.ts'

/** TLS with its certificates read from wherever they lie. */
export async function httpTls({ ca, pin, servername, cert, key, insecureSkipVerify }: Tls): Promise<TlsOptions> {
  const [authority, certificate, privateKey] = await Promise.all([ca?.read(), cert?.read(), key?.read()])
  return { ca: authority, pin, servername, cert: certificate, key: privateKey, insecureSkipVerify }
}
