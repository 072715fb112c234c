/** What the outside of an SNMP message says, before anything of it is believed. */
export interface Envelope {
  /** 1 is version 2c, 3 is version 3. */
  readonly version: number
  readonly isAuthentic: boolean
  readonly isPrivate: boolean
  /** The tag of the PDU; `undefined` where it is encrypted. */
  readonly pdu: number | undefined
}

/** PDU tags (RFC 3416, 3). */
export const PDU = { get: 0xa0, inform: 0xa6, trap: 0xa7, report: 0xa8 } as const

const SEQUENCE = 0x30
const INTEGER = 0x02
const OCTETS = 0x04

/**
 * Reads no further than it has to (RFC 3412, 6 and RFC 1901, 3). `undefined` where it is no such message. A client has to
 * look by itself: net-snmp takes an unauthenticated answer for one to an authenticated question.
 */
export function envelopeOf(datagram: Uint8Array): Envelope | undefined {
  const message = element(datagram, 0)
  if (message?.tag !== SEQUENCE) return undefined
  const version = element(datagram, message.start)
  if (version?.tag !== INTEGER || version.end - version.start !== 1) return undefined
  const second = element(datagram, version.end)
  if (second === undefined) return undefined
  const number = datagram[version.start] ?? 0
  if (number !== 3) {
    const pdu = datagram[second.end]
    return pdu === undefined ? undefined : { version: number, isAuthentic: false, isPrivate: false, pdu }
  }
  const flags = flagsOf(datagram, second)
  const security = element(datagram, second.end)
  if (flags === undefined || security?.tag !== OCTETS) return undefined
  const isPrivate = (flags & 2) !== 0
  return {
    version: 3,
    isAuthentic: (flags & 1) !== 0,
    isPrivate,
    pdu: isPrivate ? undefined : scoped(datagram, security),
  }
}

interface Element {
  readonly tag: number
  readonly start: number
  readonly end: number
}

/** `msgID`, `msgMaxSize`, `msgFlags`. */
function flagsOf(bytes: Uint8Array, { tag, start }: Element): number | undefined {
  const id = tag === SEQUENCE ? element(bytes, start) : undefined
  const size = id && element(bytes, id.end)
  const flags = size && element(bytes, size.end)
  return flags?.tag === OCTETS && flags.end - flags.start === 1 ? bytes[flags.start] : undefined
}

/** `contextEngineID`, `contextName`, and then the PDU. */
function scoped(bytes: Uint8Array, security: Element): number | undefined {
  const scope = element(bytes, security.end)
  const engine = scope?.tag === SEQUENCE ? element(bytes, scope.start) : undefined
  const context = engine && element(bytes, engine.end)
  return context && bytes[context.end]
}

/** Definite lengths of up to three bytes: more than any datagram holds. */
function element(bytes: Uint8Array, at: number): Element | undefined {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined) return undefined
  const more = first < 0x80 ? 0 : first - 0x80
  if (more > 3 || first === 0x80) return undefined
  let length = more === 0 ? first : 0
  for (let index = 0; index < more; index += 1) length = length * 256 + (bytes[at + 2 + index] ?? 0)
  const start = at + 2 + more
  return start + length > bytes.length ? undefined : { tag, start, end: start + length }
}
