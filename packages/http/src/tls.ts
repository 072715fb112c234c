import type { AgentOptions } from 'node:https'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import { InvalidRequestError } from '@amphora/core'

/** Whom to trust, and who we are. Certificates and keys in PEM, as text. TLS is 1.2 or newer. */
export interface TlsOptions {
  /** The authorities to trust, in place of the machine's own. */
  readonly ca?: string | undefined
  /**
   * SHA-256 of the peer's certificate, in hex, colons allowed. It then stands in for the name in the certificate; the
   * chain is checked as ever, so a certificate that signs itself is also given as `ca`.
   */
  readonly pin?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** The name in the peer's certificate, where it is not the host of the URL. */
  readonly servername?: string | undefined
  /** Takes any certificate of anybody. Excludes `pin`. */
  readonly insecureSkipVerify?: boolean | undefined
}

/** @throws {InvalidRequestError} naming every option that cannot be. */
export function agentOptionsOf(tls: TlsOptions): AgentOptions {
  const problems = tlsProblems(tls)
  if (problems.length > 0) throw new InvalidRequestError(problems)
  const { ca, pin, cert, key, servername, insecureSkipVerify } = tls
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: insecureSkipVerify !== true,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
    checkServerIdentity: pin === undefined ? checkServerIdentity : pinnedTo(plain(pin)),
  }
}

function tlsProblems({ pin, cert, key, insecureSkipVerify }: TlsOptions): readonly string[] {
  return [
    ...(pin === undefined || /^[0-9a-f]{64}$/.test(plain(pin)) ? [] : ['tls.pin is a SHA-256 in hex, 64 digits']),
    ...(pin !== undefined && insecureSkipVerify === true
      ? ['tls.pin and tls.insecureSkipVerify exclude each other']
      : []),
    ...((cert === undefined) === (key === undefined) ? [] : ['tls.cert and tls.key belong together']),
  ]
}

/** Named so that core knows it for what it is: a failure of TLS. */
export const PIN_MISMATCH = 'ERR_TLS_CERT_PIN_MISMATCH'

function pinnedTo(pin: string): (host: string, certificate: PeerCertificate) => Error | undefined {
  return (_host, { fingerprint256 }) =>
    plain(fingerprint256) === pin
      ? undefined
      : Object.assign(new Error('the certificate is not the pinned one'), { code: PIN_MISMATCH })
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase()
}
