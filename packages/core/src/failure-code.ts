import type { ErrorCode } from './error-code.ts'

/**
 * The code of an HTTP status, where a driver knows nothing better. For drivers: every backend that speaks HTTP starts
 * here. A 3xx is `internal`, because redirects are never followed; so is a 2xx, which is no failure to begin with.
 */
export function codeFromHttpStatus(status: number): ErrorCode {
  const known = HTTP[status]
  if (known !== undefined) return known
  return status >= 400 && status < 500 ? 'invalid-argument' : 'internal'
}

const HTTP: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  405: 'unsupported',
  408: 'unavailable',
  409: 'conflict',
  410: 'not-found',
  412: 'failed-precondition',
  413: 'resource-exhausted',
  423: 'conflict',
  425: 'unavailable',
  428: 'failed-precondition',
  429: 'resource-exhausted',
  501: 'unsupported',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
}

/** What the failure of a socket means, and whether the request can have reached the backend. */
export interface NodeFailure {
  readonly code: ErrorCode
  /** False only where nothing can have left: refused, no such host, no such socket, TLS handshake. Else it may have. */
  readonly sent: boolean
}

/**
 * The meaning of a failure of Node's own sockets, DNS or TLS; `undefined` where it is none of these. For drivers.
 * An abort is not here: its meaning is in the `reason` of the signal, which the libraries lose.
 */
export function codeFromNodeError(error: unknown): NodeFailure | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall, path }: NodeJS.ErrnoException = error
  if (typeof code !== 'string') return /^(?:socket hang up|aborted)$/.test(error.message) ? MAYBE_SENT : undefined
  // Errors of files and of child processes carry a path, those of sockets an address.
  if (path !== undefined) return undefined
  if (code === 'ETIMEDOUT') return isConnecting(error) ? NOT_SENT : { code: 'deadline-exceeded', sent: true }
  if (CUT.has(code)) return MAYBE_SENT
  // A connection that stood may have carried the request, whatever ended it.
  const sent = syscall === 'read' || syscall === 'write'
  if (code === 'EACCES' || code === 'EPERM') return { code: 'permission-denied', sent }
  if (code === 'EMFILE' || code === 'ENFILE' || code === 'ENOBUFS') return { code: 'resource-exhausted', sent }
  if (UNREACHED.has(code) || code.startsWith('EAI_')) return sent ? MAYBE_SENT : NOT_SENT
  if (!TLS.has(code) && !code.startsWith('ERR_TLS_') && !code.startsWith('ERR_SSL_')) return undefined
  return DAMAGED_RECORD.test(`${code} ${error.message}`) ? MAYBE_SENT : { code: 'failed-precondition', sent: false }
}

/** Node tries every address of a host, and then names no `syscall` but on the errors that it gathered. */
function isConnecting(error: Error): boolean {
  const tries: readonly unknown[] = error instanceof AggregateError ? error.errors : [error]
  return tries.length > 0 && tries.every((one) => one instanceof Error && 'syscall' in one && one.syscall === 'connect')
}

const NOT_SENT: NodeFailure = Object.freeze({ code: 'unavailable', sent: false })
const MAYBE_SENT: NodeFailure = Object.freeze({ code: 'unavailable', sent: true })

const UNREACHED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'ENOTFOUND',
  'ENOTSOCK',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
])
const CUT: ReadonlySet<string> = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'])
/** OpenSSL's verification results, as Node names them (tls: X509 certificate error codes), and a failed handshake. */
const TLS: ReadonlySet<string> = new Set([
  'EPROTO',
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'CRL_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
/** OpenSSL's words for a record that was damaged under way, also long after the handshake. */
const DAMAGED_RECORD = /bad.record.mac|decryption.failed/i
